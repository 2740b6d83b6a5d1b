from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.kernel.models import Event
from lianxin.members.facade import correct
from lianxin.members.models import Member, Post

from .conftest import facts, id_number

PAGES = ["members:roster", "members:duplicates", "members:add", "members:codes", "members:corrections"]
STAFF_ONLY = {"members:add": {"clerk", "town_clerk", "outsider"}, "members:codes": None, "members:corrections": None}


def page(client, name, *args, query="", **headers):
    return client.get(reverse(name, args=args) + query, **headers)


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_sent_to_sign_in(client, db, name):
    assert page(client, name).status_code == 302


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("who", "status"), [("clerk", 200), ("town_clerk", 200), ("stranger", 403), ("expired", 403)])
def test_the_pages_open_to_whom_they_are_for(cast, wang, name, who, status):
    assert page(cast.client(who), name).status_code == status


def test_a_secretary_may_not_add_members(cast):
    assert page(cast.client("secretary"), "members:add").status_code == 403


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("clerk", {"王建国", "张秀英", "单志远"}),
        ("viewer", {"王建国", "张秀英", "单志远"}),
        ("town_clerk", {"王建国", "张秀英"}),
        ("secretary", {"王建国"}),
        ("sibling", {"张秀英"}),
        ("outsider", {"单志远"}),
    ],
)
def test_the_roster_shows_who_is_in_reach_and_nobody_else(cast, wang, zhang, reed_member, who, seen):
    text = page(cast.client(who), "members:roster").content.decode()
    assert {name for name in ("王建国", "张秀英", "单志远") if name in text} == seen


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("town_clerk", 200), ("secretary", 200), ("viewer", 200), ("sibling", 404), ("outsider", 404),
     ("far_secretary", 404), ("stranger", 403), ("expired", 403), ("revoked", 403)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["members:detail", "members:history"])
def test_a_record_is_open_from_above_only(cast, wang, who, status, name):
    assert page(cast.client(who), name, wang.id).status_code == status


def test_a_record_shows_personal_data_masked(cast, wang):
    text = page(cast.client("secretary"), "members:detail", wang.id).content.decode()
    assert "9901**********" in text
    assert wang.id_number.reveal() not in text
    assert "12000000001" not in text


def test_acts_one_may_not_do_are_absent(cast, wang):
    viewer = page(cast.client("viewer"), "members:detail", wang.id).content.decode()
    clerk = page(cast.client("clerk"), "members:detail", wang.id).content.decode()
    address = reverse("members:correct", args=[wang.id])
    assert address not in viewer
    assert address in clerk
    assert "data-reveal-url" not in viewer


def test_the_eye_answers_with_the_number_and_is_remembered(cast, wang):
    address = reverse("members:reveal", args=[wang.id, "id_number"])
    answer = cast.client("secretary").post(address, {"reason": "核对身份"})
    assert answer.json() == {"value": wang.id_number.reveal()}
    event = Event.objects.get(kind="members.revealed")
    assert (event.reason, event.data, event.subject_id) == ("核对身份", {"field": "id_number"}, wang.id)


def test_the_eye_asks_for_a_reason(cast, wang):
    address = reverse("members:reveal", args=[wang.id, "id_number"])
    answer = cast.client("secretary").post(address, {"reason": " "})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not Event.objects.filter(kind="members.revealed").exists()


def form_facts(**given):
    return {name: value for name, value in facts(**given).items() if value is not None}


def test_a_member_is_added_by_form(cast):
    given = form_facts(id_number=id_number("19700101", "005"))
    answer = cast.client("clerk").post(
        reverse("members:add"), {**given, "organisation": str(cast.willow.id), "since": "2024-01-01"}
    )
    added = Member.objects.get()
    assert answer.status_code == 302
    assert answer.url == added.get_absolute_url()
    assert (added.organisation_id, added.person_category, added.pinyin) == (cast.willow.id, "full", "wangjianguo")


def test_a_wrong_number_comes_back_beside_its_field(cast):
    given = form_facts(id_number="990101197001010012")
    answer = cast.client("clerk").post(reverse("members:add"), {**given, "organisation": str(cast.willow.id)})
    assert answer.status_code == 422
    assert "id_number" in answer.context["form"].errors
    assert not Member.objects.exists()


def test_only_what_was_changed_on_the_form_changes(cast, wang):
    address = reverse("members:correct", args=[wang.id])
    client = cast.client("secretary")
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    answer = client.post(address, {**sent, "ethnic_group": "03", "reason": "档案"})
    assert answer.status_code == 302
    assert Event.objects.filter(kind="members.corrected").get().changes == {"ethnic_group": ["01", "03"]}


@pytest.mark.parametrize("act", ["suspend", "leave", "decease", "transfer-out"])
def test_status_forms_open(cast, wang, act):
    assert page(cast.client("clerk"), "members:status", wang.id, act).status_code == 200


def test_a_move_by_form(cast, wang, today):
    answer = cast.client("town_clerk").post(
        reverse("members:move", args=[wang.id]),
        {"to": str(cast.poplar.id), "since": today.isoformat(), "version": 1, "document_no": "利组〔2026〕1号"},
    )
    assert answer.status_code == 302
    assert Member.objects.get(id=wang.id).organisation_id == cast.poplar.id


def test_many_are_changed_from_the_roster(cast, wang, zhang):
    client = cast.client("clerk")
    ticked = {"selected": [str(wang.id), str(zhang.id)], "field": "is_in_hardship"}
    assert client.post(reverse("members:bulk"), ticked).status_code == 200
    answer = client.post(reverse("members:bulk"), {**ticked, "sent": "yes", "value": "on"})
    assert answer.status_code == 302
    assert Member.objects.filter(is_in_hardship=True).count() == 2


def test_the_organisation_page_shows_posts_and_appoints(cast, wang, today):
    client = cast.client("town_clerk")
    address = reverse("members:appoint") + f"?organisation={cast.willow.id}"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"member": str(wang.id), "kind": "secretary", "since": today.isoformat()})
    assert answer.status_code == 302
    text = page(client, "organisations:detail", cast.willow.id).content.decode()
    assert reverse("members:relieve", args=[Post.objects.get().id]) in text
    cast.willow.refresh_from_db()
    assert (cast.willow.secretary, cast.willow.committee_seats) == ("王建国", 1)


def test_suggestions_keep_to_the_reach(cast, wang, zhang, reed_member):
    found = cast.client("secretary").get(reverse("members:suggest"), {"q": "zhang"}).json()["results"]
    assert found == []
    found = cast.client("clerk").get(reverse("members:suggest"), {"q": "zxy"}).json()["results"]
    assert [one["label"] for one in found] == ["张秀英"]


def test_slips_show_a_code_once(cast, wang):
    client = cast.client("secretary")
    answer = client.post(reverse("members:codes"), {"sent": "yes", "selected": [str(wang.id)]})
    ((slip, code, place),) = answer.context["slips"]
    assert slip.code == code.replace(" ", "")
    assert code in answer.content.decode()
    assert place == cast.willow.name


def test_a_damaged_cursor_is_a_refusal_not_a_fault(cast, wang):
    assert page(cast.client("clerk"), "members:roster", query="?after=%%%").status_code == 422
    assert page(cast.client("clerk"), "members:roster", query="?joined_from=x").status_code == 422


def questions(client, address):
    """How many reads a page asks for; that the session notes the visit now and then is not the page's."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(one["sql"].startswith("SELECT") for one in asked)


def test_the_roster_asks_the_same_questions_however_long_it_is(cast, enter):
    client, address = cast.client("clerk"), reverse("members:roster")
    asked = []
    for sizes in (range(3), range(3, 30)):
        for number in sizes:
            enter(name=f"王{number}", id_number=id_number("19700101", f"{number * 2 + 101:03d}"), mobile="")
        asked.append(questions(client, address))
    assert asked[0] == asked[1] <= 10  # two of them begin and end the one transaction of the request


def test_a_record_asks_the_same_questions_however_much_happened(cast, wang, at):
    client, address = cast.client("clerk"), reverse("members:detail", args=[wang.id])
    asked = []
    for sizes in (range(1), range(1, 12)):
        for number in sizes:
            correct(
                cast.actor("clerk"),
                member=wang.id,
                changes={"remarks": f"{number}"},
                reason="档案",
                at=at + timedelta(seconds=number),
            )
        asked.append(questions(client, address))
    assert asked[0] == asked[1] <= 17


def test_the_own_page_is_the_members_alone(cast, wang, client):
    account = cast.stranger
    account.member_id = wang.id
    account.save()
    text = cast.client("stranger").get(reverse("own:record")).content.decode()
    assert "王建国" in text
    assert "9901**********" in text
    assert "王建国" not in cast.client("sibling").get(reverse("own:record")).content.decode()


def test_a_member_asks_and_the_secretary_decides(cast, wang):
    cast.stranger.member_id = wang.id
    cast.stranger.save()
    member, secretary = cast.client("stranger"), cast.client("secretary")
    assert member.get(reverse("own:ask")).status_code == 200
    assert member.get(reverse("own:ask"), {"field": "ethnic_group"}).status_code == 200
    answer = member.post(reverse("own:ask"), {"field": "ethnic_group", "wanted": "03", "reason": "身份证上是回族"})
    assert answer.status_code == 302

    inbox = secretary.get(reverse("members:corrections"))
    (asked,) = inbox.context["requests"]
    assert asked["member"].name == "王建国"
    decide = reverse("members:decide", args=[asked["request"].id])
    assert cast.client("sibling").get(decide).status_code == 404
    assert secretary.post(decide, {"decision": "decline", "answer": ""}).status_code == 422
    assert secretary.post(decide, {"decision": "accept", "answer": "已核对"}).status_code == 302
    assert Member.objects.get(id=wang.id).ethnic_group == "03"
    assert "已核对" in member.get(reverse("own:record")).content.decode()
