from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.models import Organisation, OrganisationVersion

pytestmark = pytest.mark.django_db
DECISION = {"document_no": "利组发〔2026〕7号", "reason": "优化组织设置"}
PAGES = ("tree", "list", "warnings", "terms")
OF_ONE = ("detail", "level", "structure", "structure_data")
ACTS = ("set_up", "rename", "move", "merge", "split", "dissolve", "facts", "term_begin", "term_end")


def url(name, row=None):
    return reverse(f"organisations:{name}", args=[row.id] if row else [])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["clerk", "town_clerk", "secretary", "viewer"])
def test_pages_show_only_what_is_in_reach(cast, name, who):
    page = cast.client(who).get(url(name))
    assert page.status_code == 200
    if who in {"town_clerk", "secretary"}:
        assert "盐窝镇" not in page.content.decode()
        assert "芦苇村" not in page.content.decode()


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("town_clerk", 200),
        ("secretary", 200),
        ("outsider", 404),
        ("sibling", 404),
        ("expired", 403),
        ("revoked", 403),
        ("stranger", 403),
    ],
)
def test_who_opens_an_organisation(cast, name, who, status):
    assert cast.client(who).get(url(name, cast.willow)).status_code == status


def test_a_descendant_does_not_open_what_is_above(cast):
    assert cast.client("secretary").get(url("detail", cast.north)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_strangers_to_the_house_are_sent_to_sign_in(client, cast, name):
    assert client.get(url(name)).status_code == 302


@pytest.mark.parametrize("name", ACTS)
def test_forms_of_acts_open_for_clerks_and_refuse_an_empty_answer(cast, name):
    row = cast.north if name == "set_up" else cast.willow
    client = cast.client("clerk")
    assert client.get(url(name, row)).status_code == 200
    before = list(OrganisationVersion.objects.order_by("id").values())
    assert client.post(url(name, row), {}).status_code == 422
    assert list(OrganisationVersion.objects.order_by("id").values()) == before


@pytest.mark.parametrize("name", ["rename", "move", "merge", "split", "dissolve", "set_up"])
@pytest.mark.parametrize(("who", "status"), [("secretary", 403), ("viewer", 403), ("outsider", 404)])
def test_acts_are_closed_to_others(cast, today, name, who, status):
    facts = {**DECISION, "effective_on": today, "name": "新村党支部", "org_type": "branch"}
    facts |= {"unit_count": 1, "confirmed": "on", "parent": cast.south.id, "into": cast.poplar.id}
    row = cast.willow
    before = list(Organisation.objects.order_by("path").values())
    assert cast.client(who).post(url(name, row), facts).status_code == status
    assert list(Organisation.objects.order_by("path").values()) == before


def test_the_page_names_facts_acts_and_history(cast):
    text = cast.client("clerk").get(url("detail", cast.willow)).content.decode()
    for word in ("北宋镇柳树村党支部", "370522101201", "利组发〔2000〕1号", url("dissolve", cast.willow)):
        assert word in text


def test_acts_not_permitted_are_absent_and_those_not_possible_say_why(cast):
    assert url("dissolve", cast.willow) not in cast.client("secretary").get(url("detail", cast.willow)).content.decode()
    text = cast.client("clerk").get(url("detail", cast.north)).content.decode()
    assert url("dissolve", cast.north) not in text
    assert 'aria-disabled="true"' in text


def test_rename_by_the_form(cast, today):
    names = {"name": "北宋镇新柳村党支部", "short_name": "新柳村党支部", "org_type": "branch"}
    answer = {**DECISION, **names, "effective_on": today}
    page = cast.client("town_clerk").post(url("rename", cast.willow), answer)
    assert page.status_code == 302
    assert Organisation.objects.get(id=cast.willow.id).short_name == "新柳村党支部"


def test_a_move_shows_what_will_happen_before_it_does(cast, today):
    answer = {**DECISION, "effective_on": today, "parent": cast.south.id}
    client = cast.client("clerk")
    page = client.post(url("move", cast.willow), answer)
    assert page.status_code == 200
    assert "盐窝镇党委" in page.content.decode()
    assert Organisation.objects.get(id=cast.willow.id).path.startswith(cast.north.path)
    page = client.post(url("move", cast.willow), {**answer, "confirmed": "on"})
    assert page.status_code == 302
    assert Organisation.objects.get(id=cast.willow.id).path.startswith(cast.south.path)


def test_a_merger_by_the_form(cast, today):
    answer = {**DECISION, "effective_on": today, "into": cast.poplar.id, "confirmed": "on"}
    assert cast.client("town_clerk").post(url("merge", cast.willow), answer).status_code == 302
    assert Organisation.objects.get(id=cast.willow.id).dissolved_on == today


def test_set_up_split_and_terms_by_their_forms(cast, today):
    client = cast.client("clerk")
    facts = {**DECISION, "effective_on": today, "name": "北宋镇槐树村党支部", "org_type": "branch", "unit_count": 1}
    assert client.post(url("set_up", cast.north), facts).status_code == 302
    parts = {**DECISION, "effective_on": today, "name": "盐窝二镇委员会", "org_type": "grassroots_committee"}
    parts |= {"children": [cast.reed.id], "confirmed": "on"}
    assert client.post(url("split", cast.south), parts).status_code == 302
    assert Organisation.objects.get(id=cast.reed.id).path.startswith(
        Organisation.objects.get(name="盐窝二镇委员会").path
    )
    begun = today - timedelta(days=365)
    assert client.post(url("term_begin", cast.willow), {**DECISION, "starts_on": begun}).status_code == 302
    cast.willow.refresh_from_db()
    assert cast.willow.term_ends_on.year == begun.year + 3


def test_facts_by_the_form_keep_the_telephone_covered(cast, today):
    client = cast.client("secretary")
    facts = {**DECISION, "effective_on": today, "code": cast.willow.code, "unit_count": 1}
    facts |= {"contact": "王小红", "phone": "0546-5621234"}
    assert client.post(url("facts", cast.willow), {**facts, "version": 1}).status_code == 302
    text = client.get(url("facts", cast.willow)).content.decode()
    assert "5621234" not in text
    assert "0546-56****" in text
    assert client.post(url("facts", cast.willow), {**facts, "phone": "", "version": 1}).status_code == 422


def test_the_tree_of_another_day(cast, today, at):
    dissolve(cast.actor("clerk"), organisation=cast.willow.id, effective_on=today, at=at, **DECISION)
    client = cast.client("clerk")
    assert "柳树村" not in client.get(url("level", cast.north)).content.decode()
    before = (today - timedelta(days=1)).isoformat()
    assert "柳树村" in client.get(url("level", cast.north), {"on": before}).content.decode()
    for name, row in (("tree", None), ("detail", cast.willow), ("detail", cast.north)):
        assert before in client.get(url(name, row), {"on": before}).content.decode()
    assert client.get(url("tree"), {"on": "yesterday"}).status_code == 422
    assert client.get(url("detail", cast.willow), {"on": "1990-01-01"}).status_code == 200


def test_the_picture_has_counts_and_loads_deeper_levels(cast):
    Organisation.objects.filter(id=cast.willow.id).update(full_members=4, probationary_members=1)
    drawn = cast.client("clerk").get(url("structure_data", cast.county)).json()
    assert (drawn["name"], drawn["members"]) == ("利津县委", 5)
    assert [one["name"] for one in drawn["children"]] == ["北宋镇党委", "盐窝镇党委"]
    assert [one["members"] for one in drawn["children"][0]["children"]] == [5, 0]


def test_choices_come_from_reach_by_every_key(cast):
    def found(who, **query):
        answer = cast.client(who).get(reverse("organisations:choices"), query).json()
        return [one["label"] for one in answer["results"]]

    for key in ("柳树", "liushu", "lsc", "370522101201", "ＬＳＣ"):
        assert found("clerk", q=key) == ["柳树村党支部"], key
    assert found("outsider", q="柳树") == []
    assert found("secretary", q="柳树", **{"for": "organisations.organisation:reorganise"}) == []
    assert found("clerk", q="柳树", **{"as": "above"}) == []
    assert found("clerk", q="北宋", **{"for": "no.such:permission"}) == []
    assert found("clerk", q="") == []
