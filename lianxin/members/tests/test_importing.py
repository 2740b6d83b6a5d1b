import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, NotPermitted, NotVisible, Refusal
from lianxin.kernel.imports import Deed, SheetRow
from lianxin.kernel.models import Event
from lianxin.kernel.spreadsheets.matching import Header, match_columns
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.members.facade import MembersTarget, correct, decease
from lianxin.members.importing.columns import COLUMNS
from lianxin.members.models import ClaimCode, Member, MemberRecord, Membership

from .conftest import id_number

TARGET = MembersTarget()
SEPARATED = re.compile(r"\s+")
NATIONAL = SEPARATED.split(
    "序号 姓名 所在党支部 公民身份证号 性别 民族 出生日期 学历 人员类别 加入党组织日期 转为正式党员日期 工作岗位 "
    "手机号 固定电话 家庭住址 党籍状态 是否为失联党员 失去联系日期 是否为流动党员 外出流向"
)
UNIVERSITY = SEPARATED.split(
    "学工号 姓名 身份证号码 二级党委名称 二级党委编码 所在党支部 党支部编码 党籍状态 组织关系转入时间 "
    "提交书面申请书时间 确定为入党积极分子时间 确定为发展对象时间 入党介绍人 加入党组织日期 "
    "入党时所在党支部 转为正式党员日期 转正时所在党支部 党内职务 党内奖励 其他奖励 来源 备注1 备注2 备注3"
)
TOWN = SEPARATED.split(
    "所属党支部 姓名 性别 出生日期 民族 学历 身份证号码 联系电话 入党时间 党籍状态 户籍所在派出所 工作/学习单位 "
    "现居住地 籍贯 原服役部队"
)


def row(number=5, **values):
    given = {
        "name": "王建国",
        "organisation": "柳树村党支部",
        "id_number": id_number(),
        "sex": "1",
        "ethnic_group": "01",
        "birth_date": date(1970, 1, 1),
        "joined_on": date(1995, 7, 1),
        "converted_on": date(1996, 7, 1),
        "mobile": "12000000001",
    }
    return SheetRow("党员信息", number, {**given, **values})


def plan(cast, at, *rows, who="clerk", place="county"):
    return TARGET.planning(cast.actor(who), place=getattr(cast, place).id, at=at).plan(list(rows))


def apply(cast, at, planned, *, batch=None, who="clerk"):
    with transaction.atomic():
        return TARGET.apply(cast.actor(who), iter(planned), place=cast.county.id, at=at, batch=batch or new_id())


def said(planned):
    return {(one.code, one.level.value) for one in planned.row.problems}


def meanings(headers):
    found = match_columns([Header(place, text, (text,)) for place, text in enumerate(headers)], [], COLUMNS, {})
    assert all(one.confidence >= 0.9 for one in found if one.key)
    return {one.header.text: one.key for one in found if one.key}


def test_the_national_sheet_maps_without_a_choice():
    assert list(meanings(NATIONAL)) == NATIONAL[1:]


def test_the_university_sheet_maps_without_a_choice():
    assert meanings(UNIVERSITY) == {
        "姓名": "name", "身份证号码": "id_number", "所在党支部": "organisation", "党支部编码": "organisation_code",
        "党籍状态": "membership_status", "组织关系转入时间": "since", "加入党组织日期": "joined_on",
        "转为正式党员日期": "converted_on", "备注1": "remarks",
    }  # fmt: skip


def test_the_town_export_maps_without_a_choice():
    assert meanings(TOWN) == {
        "所属党支部": "organisation",
        "姓名": "name",
        "性别": "sex",
        "出生日期": "birth_date",
        "民族": "ethnic_group",
        "学历": "education",
        "身份证号码": "id_number",
        "联系电话": "mobile",
        "入党时间": "joined_on",
        "党籍状态": "membership_status",
        "工作/学习单位": "workplace",
        "现居住地": "home_address",
        "籍贯": "native_place",
    }


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [("sex", "女", "2"), ("sex", "0", "2"), ("ethnic_group", "汉", "01"), ("education", "高中及以下", "60"),
     ("education", "博士及以上", "11"), ("education", "硕士", "14"), ("person_category", "1", "full"),
     ("person_category", "预备党员", "probationary"), ("work_post", "农牧渔民", "1"),
     ("membership_status", "停止党籍", "suspended"), ("membership_status", "预备党员", "as:probationary")],
)  # fmt: skip
def test_codes_are_read_as_people_write_them(key, text, value):
    column = next(one for one in COLUMNS if one.key == key)
    assert CellParser(column).parse(text, 1).value == value


def test_new_people_are_added_with_an_event_each(cast, at):
    batch = new_id()
    other = row(
        6,
        name="张秀英",
        id_number=id_number("19800506", "002"),
        sex=None,
        birth_date=None,
        converted_on=None,
        joined_on=date(2026, 3, 1),
        mobile="0546-1234567",
    )
    planned = plan(cast, at, row(), other)
    assert [one.deed for one in planned] == [Deed.ADD, Deed.ADD]
    assert apply(cast, at, planned, batch=batch) == {Deed.ADD: 2, Deed.CHANGE: 0}

    wang, zhang = Member.objects.order_by("joined_on")
    assert (wang.organisation_id, wang.person_category, wang.mobile.reveal()) == (cast.willow.id, "full", "12000000001")
    assert (zhang.sex, str(zhang.birth_date), zhang.person_category) == ("2", "1980-05-06", "probationary")
    assert (zhang.mobile, zhang.landline.reveal()) == (None, "0546-1234567")
    assert Event.objects.filter(batch_id=batch, kind="members.added").count() == 2
    assert Membership.objects.get(member=wang).valid.lower == cast.willow.founded_on
    cast.willow.refresh_from_db()
    assert (cast.willow.full_members, cast.willow.probationary_members) == (1, 1)


def test_the_same_sheet_again_changes_nothing(cast, at):
    apply(cast, at, plan(cast, at, row()))
    (again,) = plan(cast, at, row())
    assert again.deed is Deed.SAME


def test_what_differs_is_corrected_or_changed_and_shown_masked(cast, wang, at):
    (planned,) = plan(cast, at, row(mobile="12000000077", ethnic_group="03"))
    assert planned.deed is Deed.CHANGE
    assert planned.target_id == wang.id
    assert planned.changes == {"mobile": ("120****0001", "120****0077"), "ethnic_group": ("01", "03")}
    apply(cast, at, [planned])
    found = Member.objects.get(id=wang.id)
    assert (found.ethnic_group, found.mobile.reveal()) == ("03", "12000000077")
    believed = MemberRecord.objects.filter(member=wang, recorded__upper_inf=True).order_by("valid")
    assert [one.facts["ethnic_group"] for one in believed] == ["03", "03"], "what was wrong was wrong all along"


def test_another_branch_is_a_move(cast, wang, at, today):
    (planned,) = plan(cast, at, row(organisation="杨树村党支部"))
    assert planned.changes == {"organisation": ("柳树村党支部", "杨树村党支部")}
    apply(cast, at, [planned])
    assert Member.objects.get(id=wang.id).organisation_id == cast.poplar.id


@pytest.mark.parametrize(
    ("values", "code", "level"),
    [
        ({"id_number": "990101197001010012"}, "members.id_number.check_character", "error"),
        ({"organisation": "没有这个支部"}, "unknown_organisation", "error"),
        ({"organisation": None}, "missing_organisation", "error"),
        ({"converted_on": date(1994, 1, 1)}, "members.dates.order", "error"),
        ({"birth_date": date(1970, 2, 1)}, "members.birth_date.agrees_with_id_number", "warning"),
        ({"sex": "2"}, "members.sex.agrees_with_id_number", "warning"),
        (
            {"joined_on": date(1985, 7, 1), "converted_on": date(1986, 7, 1)},
            "members.application.minimum_age",
            "warning",
        ),
        ({"ethnic_group": None}, "not_given", "warning"),
        ({"name": None}, "check", "error"),
        ({"is_lost": True}, "lost_since_when", "warning"),
        ({"since": date(2999, 1, 1)}, "future", "error"),
    ],
)
def test_what_is_wrong_is_said_and_errors_keep_the_row_out(cast, at, values, code, level):
    (planned,) = plan(cast, at, row(**values))
    assert (code, level) in said(planned)
    assert planned.deed is (Deed.REFUSED if level == "error" else Deed.ADD)


def test_a_name_nearly_right_is_suggested(cast, at):
    (planned,) = plan(cast, at, row(organisation="北宋镇柳树村支部"))
    assert [one.suggestion for one in planned.row.problems] == ["北宋镇柳树村党支部"]


def test_a_person_twice_in_the_file_is_refused_across_chunks(cast, at):
    planning = TARGET.planning(cast.actor("clerk"), place=cast.county.id, at=at)
    (first,) = planning.plan([row()])
    (second,) = planning.plan([row(6)])
    assert first.deed is Deed.ADD
    assert ("twice_in_file", "error") in said(second)


def test_a_namesake_with_another_number_is_a_warning(cast, wang, at):
    (planned,) = plan(cast, at, row(id_number=id_number("19700101", "009")))
    assert planned.deed is Deed.ADD
    assert ("namesake", "warning") in said(planned)


def test_somebody_without_a_number_is_known_by_name_and_birth(cast, wang, at):
    (planned,) = plan(cast, at, row(id_number=None, education="21"))
    assert (planned.deed, planned.target_id) == (Deed.CHANGE, wang.id)


def test_a_number_out_of_sight_is_refused_without_telling_whose(cast, reed_member, at):
    (planned,) = plan(cast, at, row(id_number=id_number("19700101", "003")), who="town_clerk", place="north")
    assert ("elsewhere", "error") in said(planned)
    assert "单志远" not in str([one.message for one in planned.row.problems])
    assert "芦苇" not in str([one.message for one in planned.row.problems])


def test_the_dead_are_not_imported_again(cast, wang, at, today):
    decease(cast.actor("clerk"), member=wang.id, since=today, at=at)
    (planned,) = plan(cast, at, row())
    assert ("left_the_register", "error") in said(planned)


def test_an_organisation_outside_the_place_is_unknown(cast, at):
    (planned,) = plan(cast, at, row(organisation="芦苇村党支部"), who="town_clerk", place="north")
    assert ("unknown_organisation", "error") in said(planned)


@pytest.mark.parametrize(("who", "refusal"), [("secretary", NotPermitted), ("outsider", NotVisible)])
def test_only_clerks_above_import(cast, at, who, refusal):
    with pytest.raises(refusal):
        TARGET.planning(cast.actor(who), place=cast.willow.id, at=at)


@pytest.mark.parametrize("count", [2, 60])
def test_planning_asks_the_same_questions_however_many_rows(cast, wang, at, count, django_assert_num_queries):
    rows = [
        row(number, name=f"王{number}", id_number=id_number("19700101", f"{number * 2 + 101:03d}"))
        for number in range(count)
    ]
    planning = TARGET.planning(cast.actor("clerk"), place=cast.county.id, at=at)
    with django_assert_num_queries(3):
        planning.plan(rows)


def test_an_import_is_taken_back_as_a_whole(cast, wang, at):
    batch = new_id()
    later = at + timedelta(minutes=1)
    planned = plan(
        cast, at, row(mobile="12000000077", organisation="杨树村党支部"), row(6, name="新人", id_number=None)
    )
    apply(cast, at, planned, batch=batch)
    assert Member.objects.count() == 2

    assert TARGET.undo(cast.actor("clerk"), batch=batch, at=later) == 2
    found = Member.objects.get()
    assert (found.id, found.organisation_id, found.mobile.reveal()) == (wang.id, cast.willow.id, "12000000001")
    assert found.organisation_path == cast.willow.path
    assert MemberRecord.objects.filter(member=wang, recorded__upper_inf=True).count() == 1
    then = MemberRecord.objects.filter(member=wang, recorded__contains=at + timedelta(seconds=30)).order_by("-valid")[0]
    assert then.event_id != MemberRecord.objects.get(member=wang, recorded__upper_inf=True).event_id, "it was believed"
    assert Event.objects.filter(kind="members.import_undone").count() == 2
    cast.poplar.refresh_from_db()
    assert cast.poplar.full_members == 0


def test_an_import_that_was_built_upon_stays(cast, at):
    batch = new_id()
    apply(cast, at, plan(cast, at, row()), batch=batch)
    added = Member.objects.get()
    correct(
        cast.actor("clerk"), member=added.id, changes={"remarks": "一"}, reason="档案", at=at + timedelta(minutes=1)
    )
    with pytest.raises(Conflict, match="王建国"):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=at + timedelta(minutes=2))
    assert Member.objects.get().remarks == "一"


def test_an_import_stays_when_somebody_of_it_is_named_elsewhere(cast, at):
    batch = new_id()
    apply(cast, at, plan(cast, at, row(), row(6, name="新人", id_number=None)), batch=batch)
    new = Member.objects.get(name="新人")
    ClaimCode.objects.create(member=new, code_digest=bytes(32), issued_at=at, expires_at=at)
    with pytest.raises(Conflict, match="活动邀请"):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=at + timedelta(minutes=1))
    assert Member.objects.count() == 2
    assert not Event.objects.filter(kind="members.import_undone").exists()


def test_an_import_is_taken_back_once_and_not_by_everybody(cast, at):
    batch = new_id()
    apply(cast, at, plan(cast, at, row()), batch=batch)
    with pytest.raises(Refusal):  # what happened elsewhere is not there for them
        TARGET.undo(cast.actor("outsider"), batch=batch, at=at + timedelta(minutes=1))
    TARGET.undo(cast.actor("clerk"), batch=batch, at=at + timedelta(minutes=1))
    with pytest.raises(Conflict):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=at + timedelta(minutes=2))
    with pytest.raises(Conflict):
        TARGET.undo(cast.actor("clerk"), batch=UUID(int=1), at=at)
