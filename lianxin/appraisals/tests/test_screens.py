"""Screens of appraisals: the member's phone, the secretary's desk, the cast, the number of queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.appraisals.models import Outcome, Round
from lianxin.appraisals.tests.conftest import part_of
from lianxin.kernel.models import Event
from lianxin.kernel.ui.templatetags.ui import long_date
from lianxin.kernel.web.navigation import Panel, _panels, add_panel

LIST = reverse("appraisals:rounds")
OWN = reverse("own_appraisals:index")


def page(answer):
    return answer.content.decode()


def test_a_secretary_opens_it_in_one_go(cast, people, today):
    client = cast.client("secretary")
    form = client.get(reverse("appraisals:new"))
    assert form.status_code == 200
    given = {name: form.context["form"][name].value() for name in form.context["form"].fields}
    answer = client.post(reverse("appraisals:new"), given, follow=True)
    assert Round.objects.get().year == today.year
    assert people[0].member.name in page(answer)
    assert client.post(reverse("appraisals:new"), given | {"least_sheets": 1}).status_code == 422


def test_a_member_writes_hands_in_and_signs_on_the_phone(cast, held, people, decide):
    client = people[0].client
    home = page(client.get(reverse("portal:home")))
    review = reverse("own_appraisals:review", args=[held.pk])
    assert review in home
    assert client.post(review, {"text": "", "act": "draft"}).status_code == 302
    client.post(review, {"text": "初稿", "act": "draft"})
    assert "初稿" in page(client.get(review))
    assert "选填" not in page(client.get(review))
    empty = client.post(review, {"text": "", "act": "hand_in"})
    assert empty.status_code == 422
    assert "请填写自评内容后再提交。" in page(empty)
    client.post(review, {"text": "一年来……", "act": "hand_in"})
    sheet = reverse("own_appraisals:sheet", args=[held.pk, "mutual"])
    li = part_of(held, people[1])
    assert client.get(sheet).status_code == 200
    assert client.post(sheet, {"csrfmiddlewaretoken": "x"}).status_code == 422
    assert client.post(sheet, {f"grade_{li.pk}": "qualified", f"opinion_{li.pk}": "好"}).status_code == 302
    assert client.post(sheet, {f"grade_{li.pk}": "qualified"}).status_code == 422
    cast.client("secretary").post(reverse("appraisals:count", args=[held.pk]))
    decide(Round.objects.get())
    assert "合格" in page(client.get(OWN))
    assert client.post(reverse("own_appraisals:confirm", args=[held.pk])).status_code == 302
    assert Outcome.objects.get(member=people[0].member).signature == "confirmed"


def kept(answer):
    """The name and the key a page gives the device."""
    return re.search(r'data-kept-name="([0-9a-f]{32})" data-kept-key="([^"]{44})"', page(answer)).groups()


def test_the_device_keeps_a_sheet_with_a_key_of_its_own_until_it_is_handed_in(held, people):
    client, sheet = people[0].client, reverse("own_appraisals:sheet", args=[held.pk, "mutual"])
    before = Event.objects.count()
    name, key = kept(client.get(sheet))
    assert kept(client.get(sheet)) == (name, key)  # after signing in again as well
    others = {
        *kept(people[1].client.get(sheet)),
        *kept(client.get(reverse("own_appraisals:sheet", args=[held.pk, "mass"]))),
    }
    assert not {name, key} & others
    assert name not in page(client.get(OWN))
    refused = client.post(sheet, {"csrfmiddlewaretoken": "x"})
    assert refused.status_code == 422
    assert "data-kept-returned" in page(refused)
    assert kept(refused) == (name, key)
    li = part_of(held, people[1])
    done = client.post(sheet, {f"grade_{li.pk}": "qualified"}, follow=True)
    assert name in re.search(r'data-kept-names="([^"]+)"', page(done)).group(1)
    assert name in re.search(r'data-kept-names="([^"]+)"', page(client.get(sheet))).group(1)
    assert Event.objects.count() == before


def test_the_desk_counts_decides_and_finishes(cast, held, people, vote, today):
    for person in people:
        vote(person, step="mutual", opinion="望多参加集体学习")
    client = cast.client("secretary")
    assert people[0].member.name in page(client.get(held.get_absolute_url()))
    client.post(reverse("appraisals:count", args=[held.pk]))
    member = reverse("appraisals:member", args=[part_of(held, people[0]).pk])
    assert "望多参加集体学习" in page(client.get(member))
    assert "望多参加集体学习" not in page(cast.client("town_clerk").get(member))
    grades = reverse("appraisals:grades", args=[held.pk])
    given = {"decided_on": today.isoformat(), "decided_by": "committee", "minutes_reference": "第8号"}
    given |= {f"grade_{one.pk}": "excellent" for one in held.participants.all()}
    assert client.post(grades, given | {"minutes_reference": ""}).status_code == 422
    answer = client.post(grades, given, follow=True)
    assert "优秀" in page(answer)
    assert "已确定等次，待签字和办结" in page(answer)
    assert "已确定等次，待签字和办结" in page(client.get(reverse("appraisals:rounds")))
    home = page(client.get(reverse("workbench:home")))
    assert "已确定等次，待签字和办结" in home
    assert f"{long_date(held.due_on)}前提交" not in home
    assert client.post(reverse("appraisals:finish", args=[held.pk])).status_code == 302
    assert Round.objects.get().excellent == 6


def test_a_paper_count_is_entered(cast, held, today):
    client = cast.client("secretary")
    address = reverse("appraisals:paper", args=[held.pk])
    form = client.get(address).context["form"]
    given = {name: form[name].value() or 0 for name in form.fields} | {
        "handed_out": 8,
        "returned": 8,
        "first_counter": "甲",
        "second_counter": "甲",
        "counted_on": today.isoformat(),
    }
    assert client.post(address, given).status_code == 422
    assert client.post(address, given | {"second_counter": "乙"}).status_code == 302
    assert client.get(address).context["form"]["handed_out"].value() == 8


def test_an_objection_goes_to_the_secretary_and_back(cast, counted, people, decide):
    decide(counted)
    client = people[0].client
    client.post(reverse("own_appraisals:object", args=[counted.pk]), {"objection": "请再核实。"})
    answer = reverse("appraisals:answer", args=[Outcome.objects.get(member=people[0].member).pk])
    desk = cast.client("secretary")
    assert answer in page(desk.get(reverse("workbench:home")))
    assert desk.post(answer, {"answer": ""}).status_code == 422
    desk.post(answer, {"answer": "已核实。"})
    assert "已核实。" in page(client.get(OWN))


def test_evidence_of_other_modules_stands_beside_the_sheets(cast, held, people):
    seen = []
    panel = Panel("appraisals.evidence", 1, "ui/brand.html", lambda _actor, **given: seen.append(given) or "x")
    add_panel(panel)
    try:
        cast.client("secretary").get(reverse("appraisals:member", args=[part_of(held, people[0]).pk]))
    finally:
        _panels.remove(panel)
    assert seen == [{"member": people[0].member, "year": held.year}]


@pytest.mark.parametrize(
    ("who", "lists", "sees", "counts"),
    [
        ("secretary", 200, 200, 302),
        ("town_clerk", 200, 200, 403),
        ("clerk", 200, 200, 403),
        ("sibling", 200, 404, 404),
        ("outsider", 200, 404, 403),
        ("viewer", 403, 403, 403),
        ("expired", 403, 403, 403),
        ("stranger", 403, 403, 403),
    ],
)
def test_the_cast_before_the_doors(cast, held, people, who, lists, sees, counts):
    client = cast.client(who)
    assert client.get(LIST).status_code == lists
    assert client.get(held.get_absolute_url()).status_code == sees
    assert client.get(reverse("appraisals:member", args=[part_of(held, people[0]).pk])).status_code == sees
    assert client.post(reverse("appraisals:count", args=[held.pk])).status_code == counts
    assert client.get(OWN).status_code == 200
    for name in ("review", "object"):
        assert client.get(reverse(f"own_appraisals:{name}", args=[held.pk])).status_code == 404


def queries(client, address):
    """The least of two, for the session's clock is written once in a while."""
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        asked.append(len(caught))
    return min(asked)


def test_pages_ask_the_same_number_of_queries_whatever_their_size(cast, held, people, enter, at, today):
    from lianxin.appraisals.actions.rounds import open_round  # noqa: PLC0415 - for this test alone

    enter("周强", place="poplar")
    small = open_round(
        cast.actor("sibling"), organisation=cast.poplar.id, year=today.year, as_of=today, due_on=today, at=at
    )
    clerk = cast.client("town_clerk")
    assert queries(clerk, small.get_absolute_url()) <= queries(clerk, held.get_absolute_url()) <= 24
    county = cast.client("clerk")
    two = queries(county, LIST)
    enter("吴丽", place="reed")
    open_round(
        cast.actor("far_secretary"), organisation=cast.reed.id, year=today.year, as_of=today, due_on=today, at=at
    )
    assert queries(county, LIST) == two <= 20
    assert queries(people[0].client, OWN) <= 16
