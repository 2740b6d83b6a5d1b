from datetime import date, timedelta

import pytest

from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.merge import merge
from lianxin.organisations.actions.move import move
from lianxin.organisations.actions.planned import apply_planned
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.actions.set_up import set_up
from lianxin.organisations.actions.split import Part, split
from lianxin.organisations.models import Organisation, OrganisationVersion, Succession, Unapplied
from lianxin.organisations.succession import Passing, _followers, register_follower

TABLES = (Organisation, OrganisationVersion, Succession, Unapplied, Event)


def tables():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def decided(day, at):
    return {"effective_on": day, "document_no": "利组发〔2026〕7号", "reason": "优化组织设置", "at": at}


def names_on(day, parent):
    return sorted(OrganisationVersion.objects.filter(on_day(day), parent=parent).values_list("short_name", flat=True))


def refused(error, act, *args, **kwargs):
    before = tables()
    with pytest.raises(error) as caught:
        act(*args, **kwargs)
    assert tables() == before
    return caught.value


def test_set_up_below_a_town_gives_code_place_history_and_event(cast, at, today):
    new = NewOrganisation(name="北宋镇槐树村党支部", short_name="槐树村党支部", org_type="branch")
    made = set_up(cast.actor("town_clerk"), parent=cast.north.id, new=new, **decided(today, at))
    assert made.path.startswith(cast.north.path)
    assert (made.code, made.pinyin, made.initials) == ("370522101-01", "huaishucundangzhibu", "hscdzb")
    assert names_on(today, cast.north) == ["杨树村党支部", "柳树村党支部", "槐树村党支部"]
    assert names_on(today - timedelta(days=1), cast.north) == ["杨树村党支部", "柳树村党支部"]
    event = Event.objects.get(subject_id=made.id)
    assert (event.kind, event.document_no, event.effective_on) == ("organisations.set_up", "利组发〔2026〕7号", today)
    cast.north.refresh_from_db()
    assert cast.north.numchild == 3


def test_set_up_long_ago_stands_under_what_existed_then(cast, at):
    area = set_up(
        cast.actor("clerk"),
        parent=cast.north.id,
        new=NewOrganisation(name="一片区党总支", org_type="general_branch"),
        **decided(date(2017, 5, 1), at),
    )
    made = set_up(
        cast.actor("clerk"),
        parent=area.id,
        new=NewOrganisation(name="老村党支部", org_type="branch"),
        **decided(date(1990, 1, 1), at),
    )
    spans = [
        (version.valid.lower, version.valid.upper, version.parent_id)
        for version in OrganisationVersion.objects.filter(organisation=made).order_by("valid")
    ]
    assert spans == [
        (date(1990, 1, 1), date(2000, 1, 1), None),
        (date(2000, 1, 1), date(2017, 5, 1), cast.north.id),
        (date(2017, 5, 1), None, area.id),
    ]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "北宋镇柳树村党支部"}),
        ("org_type", {"org_type": "group"}),
        ("org_type", {"org_type": ""}),
        ("code", {"code": "370522101201"}),
        ("unit_credit_code", {"unit_credit_code": "91350100M000100Y44"}),
        ("phone", {"phone": "none"}),
    ],
)
def test_set_up_names_what_is_wrong(cast, at, today, field, changes):
    new = NewOrganisation(**{"name": "槐树村党支部", "org_type": "branch", **changes})
    error = refused(InvalidInput, set_up, cast.actor("clerk"), parent=cast.north.id, new=new, **decided(today, at))
    assert list(error.fields) == [field]


def test_set_up_below_a_branch_is_refused(cast, at, today):
    new = NewOrganisation(name="槐树村党支部", org_type="branch")
    error = refused(InvalidInput, set_up, cast.actor("clerk"), parent=cast.willow.id, new=new, **decided(today, at))
    assert "parent" in error.fields


@pytest.mark.parametrize("missing", ["document_no", "reason"])
def test_an_act_needs_document_and_reason(cast, at, today, missing):
    facts = {**decided(today, at), missing: "  "}
    error = refused(InvalidInput, rename, cast.actor("clerk"), organisation=cast.willow.id, name="新村党支部", **facts)
    assert missing in error.fields


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("outsider", NotVisible),
        ("sibling", NotVisible),
        ("expired", NotVisible),
        ("revoked", NotVisible),
        ("stranger", NotVisible),
        ("secretary", NotPermitted),
        ("viewer", NotPermitted),
        ("security_admin", NotPermitted),
    ],
)
def test_who_may_not_reorganise(cast, at, today, who, error):
    actor = cast.actor(who)
    acts = [
        lambda: rename(actor, organisation=cast.willow.id, name="新村党支部", **decided(today, at)),
        lambda: dissolve(actor, organisation=cast.willow.id, **decided(today, at)),
        lambda: split(
            actor,
            organisation=cast.willow.id,
            parts=[Part(new=NewOrganisation(name="东村党支部", org_type="branch"))],
            **decided(today, at),
        ),
    ]
    for act in acts:
        refused(error, act)


def test_a_town_clerk_cannot_move_what_leaves_the_town(cast, at, today):
    refused(
        NotVisible,
        move,
        cast.actor("town_clerk"),
        organisation=cast.willow.id,
        parent=cast.south.id,
        **decided(today, at),
    )
    refused(NotPermitted, rename, cast.actor("town_clerk"), organisation=cast.north.id, name="x", **decided(today, at))


def test_rename_today(cast, at, today):
    renamed = rename(
        cast.actor("town_clerk"),
        organisation=cast.willow.id,
        name="北宋镇新柳村党支部",
        short_name="新柳村党支部",
        **decided(today, at),
    )
    assert (renamed.name, renamed.initials, renamed.version) == ("北宋镇新柳村党支部", "xlcdzb", 2)
    assert names_on(today - timedelta(days=1), cast.north) == ["杨树村党支部", "柳树村党支部"]
    event = Event.objects.get(kind="organisations.renamed")
    assert event.changes["short_name"] == ["柳树村党支部", "新柳村党支部"]


def test_a_name_given_for_the_past_reaches_through_a_move_up_to_the_next_name(cast, at):
    clerk = cast.actor("clerk")
    later = at + timedelta(seconds=1)
    move(clerk, organisation=cast.willow.id, parent=cast.south.id, **decided(date(2021, 1, 1), at))
    rename(clerk, organisation=cast.willow.id, name="C", **decided(date(2022, 1, 1), at))
    rename(clerk, organisation=cast.willow.id, name="B", **decided(date(2020, 1, 1), later))
    believed = OrganisationVersion.objects.filter(organisation=cast.willow, recorded__upper_inf=True).order_by("valid")
    assert [(one.valid.lower.year, one.name, one.parent_id) for one in believed] == [
        (2000, "北宋镇柳树村党支部", cast.north.id),
        (2020, "B", cast.north.id),
        (2021, "B", cast.south.id),
        (2022, "C", cast.south.id),
    ]
    cast.willow.refresh_from_db()
    assert cast.willow.name == "C"
    assert cast.willow.path.startswith(cast.south.path)


def test_a_planned_name_waits_for_its_day(cast, at, today):
    day = today + timedelta(days=30)
    planned = rename(cast.actor("clerk"), organisation=cast.willow.id, name="北宋镇新柳村党支部", **decided(day, at))
    assert planned.name == "北宋镇柳树村党支部"
    assert names_on(day, cast.north) == ["北宋镇新柳村党支部", "杨树村党支部"]
    assert apply_planned(day - timedelta(days=1)) == 0
    assert apply_planned(day) == 1
    assert apply_planned(day) == 0
    planned.refresh_from_db()
    assert planned.name == "北宋镇新柳村党支部"


def test_a_planned_move_waits_for_its_day(cast, at, today):
    day = today + timedelta(days=30)
    move(cast.actor("clerk"), organisation=cast.willow.id, parent=cast.south.id, **decided(day, at))
    cast.willow.refresh_from_db()
    assert cast.willow.path.startswith(cast.north.path)
    apply_planned(day + timedelta(days=3))
    cast.willow.refresh_from_db()
    assert cast.willow.path.startswith(cast.south.path)
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_a_rename_against_a_newer_version_is_a_conflict(cast, at, today):
    refused(
        Conflict,
        rename,
        cast.actor("clerk"),
        organisation=cast.willow.id,
        name="新村党支部",
        version=7,
        **decided(today, at),
    )


def test_a_branch_name_of_a_sibling_is_refused(cast, at, today):
    error = refused(
        InvalidInput,
        rename,
        cast.actor("clerk"),
        organisation=cast.willow.id,
        name="北宋镇杨树村党支部",
        **decided(today, at),
    )
    assert "name" in error.fields


def test_a_committee_with_children_does_not_become_a_branch(cast, at, today):
    error = refused(
        InvalidInput,
        rename,
        cast.actor("clerk"),
        organisation=cast.north.id,
        name=cast.north.name,
        org_type="branch",
        **decided(today, at),
    )
    assert "org_type" in error.fields


def test_move_takes_everything_below_along(cast, at, today):
    move(cast.actor("clerk"), organisation=cast.north.id, parent=cast.south.id, **decided(today, at))
    cast.willow.refresh_from_db()
    assert cast.willow.path.startswith(cast.south.path)
    assert cast.willow.depth == 4
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
    assert Event.objects.filter(kind="organisations.moved").count() == 1


def test_move_below_itself_is_refused_on_every_day(cast, at, today):
    clerk = cast.actor("clerk")
    refused(InvalidInput, move, clerk, organisation=cast.north.id, parent=cast.north.id, **decided(today, at))
    area = set_up(
        clerk,
        parent=cast.north.id,
        new=NewOrganisation(name="一片区党总支", org_type="general_branch"),
        **decided(date(2017, 5, 1), at),
    )
    error = refused(InvalidInput, move, clerk, organisation=cast.north.id, parent=area.id, **decided(today, at))
    assert "parent" in error.fields
    soon, later = today + timedelta(days=10), at + timedelta(seconds=1)
    move(clerk, organisation=area.id, parent=cast.south.id, **decided(soon, at))
    # Fine once the area has left; a cycle on the days before.
    refused(InvalidInput, move, clerk, organisation=cast.north.id, parent=area.id, **decided(today, later))
    move(clerk, organisation=cast.north.id, parent=area.id, **decided(soon, later))


def test_move_before_founding_or_to_the_same_parent_is_refused(cast, at, today):
    clerk = cast.actor("clerk")
    for parent, day in ((cast.south.id, date(1999, 1, 1)), (cast.north.id, today), (cast.reed.id, today)):
        refused(InvalidInput, move, clerk, organisation=cast.willow.id, parent=parent, **decided(day, at))


def test_dissolve_ends_it_on_the_day(cast, at, today):
    gone = dissolve(cast.actor("town_clerk"), organisation=cast.willow.id, **decided(today, at))
    assert gone.dissolved_on == today
    assert names_on(today, cast.north) == ["杨树村党支部"]
    assert names_on(today - timedelta(days=1), cast.north) == ["杨树村党支部", "柳树村党支部"]
    for act in (
        lambda: dissolve(cast.actor("clerk"), organisation=cast.willow.id, **decided(today, at)),
        lambda: rename(cast.actor("clerk"), organisation=cast.willow.id, name="x", **decided(today, at)),
    ):
        refused(InvalidInput, act)


def test_dissolve_names_what_is_in_the_way(cast, at, today):
    clerk = cast.actor("clerk")
    error = refused(InvalidInput, dissolve, clerk, organisation=cast.north.id, **decided(today, at))
    assert "柳树村党支部" in str(error)
    Organisation.objects.filter(id=cast.willow.id).update(full_members=3)
    error = refused(InvalidInput, dissolve, clerk, organisation=cast.willow.id, **decided(today, at))
    assert "3" in str(error)
    set_up(
        clerk,
        parent=cast.south.id,
        new=NewOrganisation(name="明年村党支部", org_type="branch"),
        **decided(today + timedelta(days=40), at),
    )
    dissolve(clerk, organisation=cast.reed.id, **decided(today, at))
    error = refused(InvalidInput, dissolve, clerk, organisation=cast.south.id, **decided(today, at))
    assert "明年村党支部" in str(error)


def test_merge_moves_children_and_tells_followers(cast, at, today):
    told: list[Passing] = []
    register_follower(told.append)
    try:
        later = merge(cast.actor("clerk"), earlier=[cast.south.id], into=cast.north.id, **decided(today, at))
    finally:
        _followers.remove(told.append)
    cast.reed.refresh_from_db()
    assert cast.reed.path.startswith(later.path)
    assert names_on(today, cast.north) == ["杨树村党支部", "柳树村党支部", "芦苇村党支部"]
    assert names_on(today - timedelta(days=1), cast.south) == ["芦苇村党支部"]
    assert Organisation.objects.get(id=cast.south.id).dissolved_on == today
    event = Event.objects.get(kind="organisations.merged")
    assert event.data["names"] == ["中共利津县盐窝镇委员会"]
    assert Succession.objects.values_list("earlier", "later", "event_id").get() == (cast.south.id, later.id, event.id)
    assert [(one.earlier[0].id, one.later.id, one.event, one.subjects) for one in told] == [
        (cast.south.id, later.id, event.id, None)
    ]


def test_a_refusing_follower_undoes_the_merger(cast, at, today):
    def refuse(_passing):
        raise Conflict("No.")

    register_follower(refuse)
    try:
        refused(
            Conflict, merge, cast.actor("clerk"), earlier=[cast.willow.id], into=cast.poplar.id, **decided(today, at)
        )
    finally:
        _followers.remove(refuse)


def test_merge_refuses_what_does_not_fit(cast, at, today):
    clerk = cast.actor("clerk")
    for earlier, into in (
        ([], cast.north.id),
        ([cast.north.id], cast.north.id),
        ([cast.north.id], cast.willow.id),
        ([cast.south.id], cast.willow.id),
    ):
        refused(InvalidInput, merge, clerk, earlier=earlier, into=into, **decided(today, at))
    refused(
        NotVisible, merge, cast.actor("town_clerk"), earlier=[cast.reed.id], into=cast.willow.id, **decided(today, at)
    )


def test_split_sets_up_parts_beside_it(cast, at, today):
    parts = [
        Part(new=NewOrganisation(name="盐窝二镇委员会", org_type="grassroots_committee"), children=(cast.reed.id,)),
        Part(new=NewOrganisation(name="盐窝三镇委员会", org_type="grassroots_committee")),
    ]
    made = split(cast.actor("clerk"), organisation=cast.south.id, parts=parts, **decided(today, at))
    cast.reed.refresh_from_db()
    assert cast.reed.path.startswith(made[0].path)
    assert names_on(today, cast.county) == ["北宋镇党委", "盐窝三镇委员会", "盐窝二镇委员会", "盐窝镇党委"]
    assert Event.objects.filter(kind__in=["organisations.split", "organisations.set_up"], at=at).count() == 1
    assert Succession.objects.filter(kind="split", earlier=cast.south).count() == 2


def test_split_refuses_a_child_of_another(cast, at, today):
    new = NewOrganisation(name="二镇委员会", org_type="grassroots_committee")
    parts = [Part(new=new, children=(cast.willow.id,))]
    error = refused(
        InvalidInput, split, cast.actor("clerk"), organisation=cast.south.id, parts=parts, **decided(today, at)
    )
    assert "children" in error.fields
