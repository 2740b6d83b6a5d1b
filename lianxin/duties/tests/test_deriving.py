from datetime import date, timedelta

import pytest

from lianxin.duties.actions.derive import derive
from lianxin.duties.actions.recount import differences
from lianxin.duties.models import DutyRow
from lianxin.duties.rest import listed
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotPermitted
from lianxin.members.actions.adding import add
from lianxin.members.tests.conftest import facts, id_number
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.actions.set_up import set_up
from lianxin.organisations.models import Organisation, OrganisationVersion

ON = date(2026, 11, 21)


def owed(place, key=None):
    rows = DutyRow.objects.filter(organisation=place, withdrawn="")
    return rows.filter(key=key) if key else rows


def number_by_key(place):
    found = {}
    for key in owed(place).values_list("key", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def test_a_branch_owes_what_the_regulations_say(cast, owe):
    done = owe(cast.willow, on=ON)
    assert number_by_key(cast.willow) == {
        "general_meeting": 4,
        "party_lecture": 4,
        "theme_day": 12,
        "org_life_meeting": 1,
        "member_appraisal": 1,
        "heart_talk": 1,
    }
    assert done.opened == 23
    assert owed(cast.willow, "theme_day").first().rule == "organisation_life.theme_day.interval_months@2018-10-28"


def test_a_branch_with_a_committee_or_seven_full_members_owes_committee_meetings(cast, owe):
    Organisation.objects.filter(id=cast.willow.id).update(full_members=7)
    Organisation.objects.filter(id=cast.poplar.id).update(full_members=6)
    Organisation.objects.filter(id=cast.reed.id).update(committee_seats=3)
    owe(on=ON)
    assert owed(cast.willow, "committee_meeting").count() == 12
    assert owed(cast.poplar, "committee_meeting").count() == 0
    assert owed(cast.reed, "committee_meeting").count() == 12


def test_a_committee_owes_a_lecture_and_its_own_meeting(cast, owe):
    owe(on=ON)
    assert number_by_key(cast.north) == {"secretary_lecture": 1, "democratic_life_meeting": 1}


def test_doing_it_again_changes_nothing(cast, owe):
    owe(on=ON)
    before = list(DutyRow.objects.order_by("id").values())
    done = owe(on=ON)
    assert (done.opened, done.withdrawn, done.changed) == (0, 0, 0)
    assert list(DutyRow.objects.order_by("id").values()) == before


def test_an_organisation_entered_in_november_owes_no_months_before(cast):
    derive(SYSTEM, organisations=[cast.willow.id], on=ON, registered_on=date(2026, 11, 3))
    assert [row.period_start for row in owed(cast.willow, "theme_day").order_by("period_start")] == [
        date(2026, 11, 1),
        date(2026, 12, 1),
    ]
    assert [row.period_start for row in owed(cast.willow, "general_meeting")] == [date(2026, 10, 1)]


def test_the_day_of_entry_is_that_of_the_first_belief(cast, today):
    derive(SYSTEM, organisations=[cast.willow.id], on=today)
    assert min(row.period_end for row in owed(cast.willow)) >= today - timedelta(days=2)


def test_a_period_that_began_before_the_organisation_is_not_owed(cast, owe):
    Organisation.objects.filter(id=cast.willow.id).update(founded_on=date(2026, 5, 2))
    owe(cast.willow, on=ON)
    assert owed(cast.willow, "theme_day").order_by("period_start").first().period_start == date(2026, 6, 1)
    assert owed(cast.willow, "general_meeting").count() == 2
    assert owed(cast.willow, "org_life_meeting").count() == 0


def test_what_applies_no_more_is_withdrawn_from_the_running_period_on_and_comes_back(cast, owe):
    Organisation.objects.filter(id=cast.willow.id).update(full_members=7)
    owe(cast.willow, on=ON)
    Organisation.objects.filter(id=cast.willow.id).update(full_members=6)
    owe(cast.willow, on=ON)
    assert owed(cast.willow, "committee_meeting").count() == 10
    assert set(DutyRow.objects.exclude(withdrawn="").values_list("withdrawn", "withdrawn_on")) == {
        ("not_applicable", ON)
    }
    Organisation.objects.filter(id=cast.willow.id).update(full_members=8)
    owe(cast.willow, on=ON)
    assert owed(cast.willow, "committee_meeting").count() == 12


def test_a_duty_that_applies_only_now_does_not_open_what_is_over(cast, owe):
    owe(cast.willow, on=ON)
    Organisation.objects.filter(id=cast.willow.id).update(committee_seats=3)
    owe(cast.willow, on=ON)
    assert [row.period_start.month for row in owed(cast.willow, "committee_meeting").order_by("period_start")] == [
        11,
        12,
    ]


def test_a_dissolved_organisation_owes_nothing_more(cast, owe, at, today):
    owe(cast.willow, on=today)
    over = owed(cast.willow).filter(period_end__lt=today).count()
    dissolve(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        effective_on=today,
        document_no="利组发〔2026〕9号",
        reason="撤销",
        at=at,
    )
    owe(cast.willow, on=today)
    assert owed(cast.willow).count() == over
    assert set(DutyRow.objects.exclude(withdrawn="").values_list("withdrawn", flat=True)) == {"dissolved"}


@pytest.mark.parametrize("on", [ON, date(2027, 1, 10)])
def test_an_end_entered_after_its_day_takes_back_what_ended_in_between(cast, owe, at, on):
    owe(on=ON)
    dissolve(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        effective_on=date(2026, 9, 15),
        document_no="利组发〔2026〕9号",
        reason="撤销",
        at=at,
    )
    owe(on=on)
    left = owed(cast.willow).order_by("period_end")
    assert left.last().period_end < date(2026, 9, 15)
    assert [row.period_start.month for row in left.filter(key="theme_day")] == list(range(1, 9))
    gone = DutyRow.objects.filter(organisation=cast.willow).exclude(withdrawn="")
    assert set(gone.values_list("withdrawn", "withdrawn_on")) == {("dissolved", on)}
    assert owed(cast.poplar, "theme_day").filter(period_start__year=2026).count() == 12
    assert differences() == []
    assert owe(on=on).withdrawn == 0


def test_what_was_held_before_a_late_entered_end_stays(cast, owe, hold, project, at):
    owe(cast.willow, on=ON)
    hold(cast.willow, date(2026, 9, 3), "theme_day")
    project()
    Organisation.objects.filter(id=cast.willow.id).update(dissolved_on=date(2026, 9, 15))
    owe(cast.willow, on=ON)
    assert [row.period_start.month for row in owed(cast.willow, "theme_day").order_by("period_start")][-1] == 9


@pytest.mark.parametrize(
    ("since", "months"), [(date(2026, 11, 10), [11, 12]), (date(2026, 6, 1), [6, 7, 8, 9, 10, 11, 12])]
)
def test_a_general_branch_that_became_a_branch_owes_nothing_of_the_days_before(cast, owe, at, since, months):
    Organisation.objects.filter(id=cast.willow.id).update(org_type="general_branch")
    OrganisationVersion.objects.filter(organisation=cast.willow).update(org_type="general_branch")
    assert owe(cast.willow, on=date(2026, 1, 5)).opened == 0
    rename(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        name="中共北宋镇柳树村支部委员会",
        short_name="柳树村党支部",
        org_type="branch",
        effective_on=since,
        document_no="利组发〔2026〕30号",
        reason="调整组织设置",
        at=at,
    )
    owe(cast.willow, on=ON)
    theme_days = owed(cast.willow, "theme_day").order_by("period_start")
    assert [row.period_start.month for row in theme_days] == months
    assert not owed(cast.willow).filter(period_start__lt=since, period_end__lt=ON).exists()
    assert owed(cast.willow, "org_life_meeting").count() == 1
    assert owe(cast.willow, on=ON).opened == 0


def test_december_opens_the_next_year(cast, owe):
    owe(cast.willow, on=date(2026, 12, 1))
    assert owed(cast.willow, "theme_day").filter(period_start__year=2027).count() == 12


def test_nobody_but_the_product_opens_duties(cast):
    for actor in (cast.actor("clerk"), cast.actor("secretary"), Actor.nobody()):
        with pytest.raises(NotPermitted):
            derive(actor, organisations=None, on=ON)
    assert not DutyRow.objects.exists()


def test_the_number_of_queries_does_not_grow(cast, owe, django_assert_num_queries):
    with django_assert_num_queries(13):
        owe(cast.willow, on=ON)
    with django_assert_num_queries(13):
        owe(cast.poplar, cast.reed, cast.north, cast.south, on=ON)


def test_members_and_founding_make_the_duties_follow_by_themselves(cast, owe, project, at, today):
    derive(SYSTEM, organisations=None, on=today)
    assert owed(cast.willow, "committee_meeting").count() == 0
    for number in range(7):
        add(
            cast.actor("clerk"),
            organisation=cast.willow.id,
            facts=facts(
                name=f"王{number}", id_number=id_number(sequence=f"{number:03d}"), mobile=f"1200000000{number}"
            ),
            since=today - timedelta(days=400),
            at=at - timedelta(hours=1),
        )
    project("duties.concerned")
    assert owed(cast.willow, "committee_meeting").exists()
    assert owed(cast.poplar, "committee_meeting").count() == 0
    made = set_up(
        cast.actor("clerk"),
        parent=cast.north.id,
        new=NewOrganisation(name="中共北宋镇槐树村支部委员会", short_name="槐树村党支部", org_type="branch", code="H1"),
        effective_on=today.replace(day=1),
        document_no="利组发〔2026〕7号",
        reason="建立组织",
        at=at,
    )
    project("duties.concerned")
    assert owed(made, "theme_day").filter(period_start__lte=today).count() == 1


def test_a_program_is_told_the_state_of_a_duty(cast, owe):
    owe(cast.willow, on=ON)
    row = owed(cast.willow, "theme_day").order_by("period_start").first()
    told = listed(row)
    assert (told.organisation, told.key, told.state, told.met_on) == (cast.willow.id, "theme_day", "late", None)
