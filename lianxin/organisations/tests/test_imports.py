from datetime import date
from uuid import uuid4

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.imports import Deed, SheetRow
from lianxin.kernel.models import Event
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.imports import COLUMNS, OrganisationTarget, kind_by_name
from lianxin.organisations.models import Organisation, OrganisationVersion, Term

TARGET = OrganisationTarget()
DAY = date(2010, 5, 4)


def sheet(*rows):
    return [SheetRow("党组织", number, {"founded_on": DAY, **values}) for number, values in enumerate(rows, 2)]


def plan(cast, at, *rows, who="clerk", place=None):
    return TARGET.planning(cast.actor(who), place=(place or cast.county).id, at=at).plan(sheet(*rows))


def write(cast, at, planned, batch):
    return TARGET.apply(cast.actor("clerk"), iter(planned), place=cast.county.id, at=at, batch=batch)


def said(planned):
    return [problem.code for problem in planned.row.problems]


def test_parents_may_stand_below_their_children(cast, at):
    batch = uuid4()
    planned = plan(
        cast,
        at,
        {"name": "一片区槐树村党支部", "short_name": "槐树村党支部", "parent": "一片区党总支"},
        {"name": "一片区党总支", "parent": "北宋镇党委", "code": "A1"},
        {"name": "二片区党总支", "parent_code": "370522101"},
        {"name": "榆树村联合党支部", "parent_code": "A1", "joint_units": "甲公司、乙公司；丙公司"},
    )
    assert [one.deed for one in planned] == [Deed.ADD] * 4, [said(one) for one in planned]
    assert write(cast, at, planned, batch) == {Deed.ADD: 4}
    elm = Organisation.objects.get(name="榆树村联合党支部")
    area = Organisation.objects.get(code="A1")
    assert (elm.org_type, elm.unit_count, elm.code) == ("joint_branch", 3, "A1-02")
    assert area.path.startswith(cast.north.path)
    assert elm.path.startswith(area.path)
    assert Event.objects.filter(batch_id=batch, kind="organisations.set_up").count() == 4
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_a_dry_run_writes_nothing_and_names_each_fault(cast, at):
    before = Organisation.objects.count(), Event.objects.count()
    planned = plan(
        cast,
        at,
        {"name": "槐树村党支部", "parent": "没有的党委"},
        {"name": "槐树村", "parent": "北宋镇党委"},
        {"name": "槐树村党支部", "parent": "柳树村党支部"},
        {"name": "槐树村党支部", "founded_on": None},
        {"name": "槐树村党支部", "parent": "北宋镇党委", "unit_credit_code": "91350100M000100Y44"},
        {"name": "槐树村党支部", "parent": "北宋镇党委", "term_starts_on": DAY},
        {"name": "榆树村党支部", "parent": "北宋镇党委", "code": "E1"},
        {"name": "另一个党支部", "parent": "北宋镇党委", "code": "E1"},
    )
    assert [said(one) for one in planned] == [
        ["organisations.parent"],
        ["organisations.no_kind"],
        ["organisations.branch"],
        ["organisations.no_date"],
        ["organisations.fact"],
        ["organisations.twice"],
        [],
        ["organisations.twice"],
    ]
    assert [one.deed for one in planned].count(Deed.REFUSED) == 7
    assert (Organisation.objects.count(), Event.objects.count()) == before


def test_what_is_there_is_changed_or_left(cast, at):
    planned = plan(
        cast,
        at,
        {"name": "北宋镇柳树村党支部", "founded_on": None, "contact": "王小红", "phone": "0546-5621234"},
        {"name": "别的名字", "code": "370522101202", "founded_on": None},
    )
    assert [one.deed for one in planned] == [Deed.CHANGE, Deed.SAME]
    assert planned[0].changes == {"contact": ("", "王小红"), "phone": ("•", "•")}
    assert said(planned[1]) == ["organisations.stays"]
    assert write(cast, at, planned, uuid4()) == {Deed.CHANGE: 1, Deed.SAME: 1}
    cast.willow.refresh_from_db()
    assert (cast.willow.contact, cast.willow.phone_masked) == ("王小红", "0546-56****4")
    assert Organisation.objects.get(id=cast.poplar.id).name == "北宋镇杨树村党支部"


def test_two_parents_of_one_name_need_a_code(cast, at):
    Organisation.objects.filter(id=cast.south.id).update(short_name="北宋镇党委")
    planned = plan(cast, at, {"name": "槐树村党支部", "parent": "北宋镇党委"})
    assert said(planned[0]) == ["organisations.parent"]


def test_a_code_taken_outside_is_refused_without_saying_by_whom(cast, at):
    planned = plan(cast, at, {"name": "槐树村党支部", "code": "370522102201"}, who="town_clerk", place=cast.north)
    assert said(planned[0]) == ["organisations.code_taken"]
    assert "芦苇" not in str(planned[0].row.problems[0].message)


def test_nobody_imports_outside_of_reach(cast, at):
    with pytest.raises(NotVisible):
        TARGET.planning(cast.actor("outsider"), place=cast.north.id, at=at)


def test_rows_in_a_circle_are_refused(cast, at):
    planned = plan(
        cast,
        at,
        {"name": "甲党总支", "parent": "乙党总支"},
        {"name": "乙党总支", "parent": "甲党总支"},
    )
    before = Organisation.objects.count()
    with pytest.raises(InvalidInput, match="互为上下级"):
        write(cast, at, planned, uuid4())
    assert Organisation.objects.count() == before


def test_an_import_is_taken_back_whole(cast, at):
    before = [list(model.objects.order_by("pk").values()) for model in (OrganisationVersion, Term)]
    organisations = list(Organisation.objects.order_by("path").values("id", "path", "numchild", "contact"))
    batch = uuid4()
    planned = plan(
        cast,
        at,
        {"name": "槐树村党支部", "parent": "北宋镇党委", "term_starts_on": DAY, "term_due_on": date(2030, 1, 1)},
        {"name": "北宋镇柳树村党支部", "founded_on": None, "contact": "王小红"},
    )
    write(cast, at, planned, batch)
    assert TARGET.undo(cast.actor("clerk"), batch=batch, at=at) == 2
    assert [list(model.objects.order_by("pk").values()) for model in (OrganisationVersion, Term)] == before
    assert list(Organisation.objects.order_by("path").values("id", "path", "numchild", "contact")) == organisations
    assert Event.objects.filter(kind="organisations.import_undone").count() == 2


def test_an_import_built_upon_stays(cast, at):
    batch = uuid4()
    write(cast, at, plan(cast, at, {"name": "槐树村党支部", "parent": "北宋镇党委"}), batch)
    made = Organisation.objects.get(name="槐树村党支部")
    facts = {"effective_on": DAY, "document_no": "1", "reason": "1", "at": at}
    rename(cast.actor("clerk"), organisation=made.id, name="新槐树村党支部", **facts)
    with pytest.raises(Conflict):
        TARGET.undo(cast.actor("clerk"), batch=batch, at=at)
    assert Organisation.objects.filter(id=made.id).exists()


def test_the_layouts_in_use_are_known_by_their_headings():
    known = {synonym for column in COLUMNS for synonym in column.synonyms}
    assert {"党支部名称", "简称", "成立时间", "所属分党委", "所属分党委编码", "所在单位属性", "联系电话"} <= known
    assert {"党组织名称", "党组织联系人", "组织类别", "党组织所在单位情况", "单位名称", "统一社会信用代码"} <= known


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("中共利津县北宋镇委员会", "grassroots_committee"),
        ("县直机关工作委员会", "work_committee"),
        ("甲乙联合党支部", "joint_branch"),
        ("某村支部委员会", "branch"),
        ("某片区总支部委员会", "general_branch"),
        ("某村", ""),
    ],
)
def test_the_end_of_a_name_says_the_kind(name, kind):
    assert kind_by_name(name) == kind
