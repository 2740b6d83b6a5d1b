from datetime import date, timedelta

import pytest
from django.db import transaction

from lianxin.demo.workbooks import POST_COLUMNS as DEMONSTRATION
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, NotPermitted, NotVisible, Refusal
from lianxin.kernel.imports import Deed, SheetRow, import_target
from lianxin.kernel.models import Event
from lianxin.kernel.spreadsheets.matching import Header, match_columns
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.members.facade import appoint, decease, relieve
from lianxin.members.importing.post_columns import POST_COLUMNS
from lianxin.members.importing.post_target import PostsTarget
from lianxin.members.models import Post

from .conftest import id_number

TARGET = PostsTarget()
UNIVERSITY = ("所属分党委", "所属分党委编码", "所属党支部", "所属党支部编码", "姓名", "学工号", "职务", "是否是管理员")


def row(number=5, **values):
    given = {"organisation": "柳树村党支部", "name": "王建国", "post": "secretary", "since": date(2025, 3, 1)}
    return SheetRow("班子成员", number, given | values)


def plan(cast, at, *rows, who="clerk", place="county"):
    return TARGET.planning(cast.actor(who), place=getattr(cast, place).id, at=at).plan(list(rows))


def apply(cast, at, planned, *, batch=None, who="clerk"):
    with transaction.atomic():
        return TARGET.apply(cast.actor(who), iter(planned), place=cast.county.id, at=at, batch=batch or new_id())


def said(planned):
    return [(one.code, one.level.value) for one in planned.row.problems]


def meanings(headers):
    found = match_columns([Header(place, text, (text,)) for place, text in enumerate(headers)], [], POST_COLUMNS, {})
    assert all(one.confidence >= 0.9 for one in found if one.key)
    return {one.header.text: one.key for one in found if one.key}


def test_the_wizard_knows_posts():
    assert isinstance(import_target("posts"), PostsTarget)


def test_the_university_sheet_maps_without_a_choice():
    assert meanings(UNIVERSITY) == {
        "所属党支部": "organisation",
        "所属党支部编码": "organisation_code",
        "姓名": "name",
        "职务": "post",
    }


def test_the_demonstration_sheet_maps_without_a_choice():
    assert meanings(DEMONSTRATION) == {
        "党组织名称": "organisation",
        "组织代码": "organisation_code",
        "职务": "post",
        "姓名": "name",
        "公民身份证号": "id_number",
        "任职日期": "since",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [("支部书记", "secretary"), ("书记", "secretary"), ("支部副书记", "deputy_secretary"), ("组织委员", "organisation"),
     ("宣传委员", "publicity"), ("统战委员", "united_front"), ("纪检委员", "discipline")],
)  # fmt: skip
def test_posts_are_read_as_people_write_them(text, value):
    column = next(one for one in POST_COLUMNS if one.key == "post")
    assert CellParser(column).parse(text, 1).value == value


def test_appointments_are_written_with_an_event_each(cast, wang, zhang, at, today):
    batch = new_id()
    planned = plan(
        cast,
        at,
        row(document_no="利组〔2025〕3号"),
        row(6, organisation="杨树村党支部", name="张秀英", post="publicity", since=None),
    )
    assert [one.deed for one in planned] == [Deed.ADD, Deed.ADD]
    assert Post.objects.count() == 0
    assert apply(cast, at, planned, batch=batch) == {Deed.ADD: 2}

    first, second = Post.objects.order_by("since")
    assert (first.member_id, first.kind, first.since) == (wang.id, "secretary", date(2025, 3, 1))
    assert first.document_no == "利组〔2025〕3号"
    assert (second.member_id, second.kind, second.since) == (zhang.id, "publicity", today)
    assert Event.objects.filter(batch_id=batch, kind="members.appointed").count() == 2
    cast.willow.refresh_from_db()
    assert (cast.willow.secretary, cast.willow.committee_seats) == ("王建国", 1)


def test_the_same_sheet_again_changes_nothing(cast, wang, at):
    apply(cast, at, plan(cast, at, row()))
    (again,) = plan(cast, at, row())
    assert (again.deed, said(again)) == (Deed.SAME, [])
    assert apply(cast, at, [again]) == {Deed.ADD: 0}


def test_a_committee_above_finds_its_members_in_the_branches(cast, wang, at):
    (planned,) = plan(cast, at, row(organisation=cast.north.name))
    assert (planned.deed, planned.member, planned.organisation) == (Deed.ADD, wang.id, cast.north.id)


def test_the_number_tells_namesakes_apart(cast, wang, enter, at):
    other = enter(id_number=id_number("19700101", "009"), mobile="12000000009")
    (unclear,) = plan(cast, at, row())
    assert (unclear.deed, said(unclear)) == (Deed.REFUSED, [("namesakes", "error")])
    (clear,) = plan(cast, at, row(id_number=id_number("19700101", "009")))
    assert (clear.deed, clear.member) == (Deed.ADD, other.id)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"organisation": "没有这个支部"}, "unknown_organisation"),
        ({"organisation": None}, "missing_organisation"),
        ({"name": "无此人"}, "unknown_member"),
        ({"id_number": id_number("19700101", "777")}, "unknown_member"),
        ({"name": "王建军", "id_number": id_number()}, "other_name"),
        ({"organisation": "杨树村党支部"}, "unknown_member"),
        ({"name": None}, "missing_name"),
        ({"post": None}, "missing_post"),
    ],
)
def test_what_is_wrong_is_said_and_keeps_the_row_out(cast, wang, at, values, code):
    (planned,) = plan(cast, at, row(**values))
    assert (planned.deed, said(planned)) == (Deed.REFUSED, [(code, "error")])
    assert apply(cast, at, [planned]) == {Deed.ADD: 0}
    assert Post.objects.count() == 0


def test_who_has_left_the_register_is_not_appointed(cast, wang, at, today):
    decease(cast.actor("clerk"), member=wang.id, since=today, at=at)
    for values in ({}, {"id_number": id_number()}):
        (planned,) = plan(cast, at, row(**values))
        assert said(planned) == [("unknown_member", "error")]


def test_a_member_out_of_sight_is_unknown(cast, reed_member, at):
    number = id_number("19700101", "003")
    (planned,) = plan(cast, at, row(name="单志远", id_number=number), who="town_clerk", place="north")
    assert said(planned) == [("unknown_member", "error")]


def test_a_second_secretary_is_refused_with_the_name_of_the_first(cast, wang, enter, at):
    enter(name="赵敏", id_number="", mobile="")
    planning = TARGET.planning(cast.actor("clerk"), place=cast.county.id, at=at)
    (first,) = planning.plan([row()])
    (second,) = planning.plan([row(6, name="赵敏")])
    assert said(second) == [("has_secretary", "error")]
    apply(cast, at, [first, second])

    (later,) = plan(cast, at, row(name="赵敏"))
    assert said(later) == [("has_secretary", "error")]
    assert "王建国" in str(later.row.problems[0].message)


def test_a_post_twice_in_the_file_is_refused_across_chunks(cast, wang, at):
    planning = TARGET.planning(cast.actor("clerk"), place=cast.county.id, at=at)
    planning.plan([row(post="publicity")])
    (second,) = planning.plan([row(6, post="publicity")])
    assert said(second) == [("twice_in_file", "error")]


def test_a_post_before_the_founding_begins_with_it(cast, wang, at):
    (planned,) = plan(cast, at, row(post="publicity", since=cast.willow.founded_on - timedelta(days=1)))
    assert (planned.deed, said(planned)) == (Deed.ADD, [("before_founding", "warning")])
    assert planned.since == cast.willow.founded_on


def test_a_secretary_of_short_party_age_is_warned_of(cast, enter, at, today):
    enter(
        name="钱多",
        id_number="",
        mobile="",
        birth_date=date(1999, 1, 1),
        joined_on=today - timedelta(days=500),
        converted_on=today - timedelta(days=100),
    )
    (planned,) = plan(cast, at, row(name="钱多", since=None))
    assert planned.deed is Deed.ADD
    assert said(planned) == [("organisations.secretary.minimum_party_age_months", "warning")]


def test_what_changed_since_the_plan_refuses_the_whole_import(cast, wang, zhang, enter, at, today):
    zhao = enter(name="赵敏", id_number="", mobile="")
    planned = plan(cast, at, row(5, organisation="杨树村党支部", name="张秀英"), row(6))
    appoint(cast.actor("clerk"), organisation=cast.willow.id, member=zhao.id, kind="secretary", since=today, at=at)
    with pytest.raises(Conflict, match="赵敏"):
        apply(cast, at, planned)
    assert Post.objects.get().member_id == zhao.id
    cast.poplar.refresh_from_db()
    assert cast.poplar.secretary == ""


@pytest.mark.parametrize(("who", "refusal"), [("secretary", NotPermitted), ("outsider", NotVisible)])
def test_only_clerks_above_import(cast, at, who, refusal):
    with pytest.raises(refusal):
        TARGET.planning(cast.actor(who), place=cast.willow.id, at=at)


@pytest.mark.parametrize("count", [2, 60])
def test_planning_asks_the_same_questions_however_many_rows(cast, wang, at, count, django_assert_num_queries):
    rows = [row(number, name=f"王{number}") for number in range(count)]
    rows += [row(number + 100, id_number=id_number()) for number in range(count)]
    planning = TARGET.planning(cast.actor("clerk"), place=cast.county.id, at=at)
    with django_assert_num_queries(6):
        planning.plan(rows)


def test_an_import_is_taken_back_once_and_not_by_everybody(cast, wang, zhang, at, today):
    batch, later = new_id(), at + timedelta(minutes=1)
    appoint(cast.actor("clerk"), organisation=cast.willow.id, member=wang.id, kind="publicity", since=today, at=at)
    apply(cast, at, plan(cast, at, row(), row(6, organisation="杨树村党支部", name="张秀英")), batch=batch)
    with pytest.raises(Refusal):  # what happened elsewhere is not there for them
        TARGET.undo(cast.actor("outsider"), batch=batch, at=later)
    assert TARGET.undo(cast.actor("clerk"), batch=batch, at=later) == 2
    assert Post.objects.get().kind == "publicity"
    assert Event.objects.filter(kind="members.import_undone").count() == 2
    cast.willow.refresh_from_db()
    assert (cast.willow.secretary, cast.willow.committee_seats) == ("", 1)
    with pytest.raises(Conflict):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=later)


def test_an_import_that_was_built_upon_stays(cast, wang, zhang, at, today):
    batch, later = new_id(), at + timedelta(minutes=1)
    apply(cast, at, plan(cast, at, row(), row(6, organisation="杨树村党支部", name="张秀英")), batch=batch)
    relieve(cast.actor("clerk"), post=Post.objects.get(member=wang).id, on=today, at=later)
    with pytest.raises(Conflict, match="王建国"):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=later)
    assert Post.objects.count() == 2
