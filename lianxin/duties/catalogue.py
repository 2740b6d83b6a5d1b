"""The duties of organisation life, by the regulations on the work of branches and on the education of members."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from lianxin.duties.declared import Duty, declare_duty
from lianxin.kernel.time import today
from lianxin.rules.facade import OrganisationFacts, in_force_or_none

# Keys of the code table org_types. A temporary branch holds organisation life too (BRANCH 8).
BRANCHES = frozenset({"branch", "joint_branch", "temporary_branch", "floating_branch"})
COMMITTEES = frozenset({"grassroots_committee", "work_committee"})

HELD = frozenset({"activities.held", "activities.reported"})
ANNULLED = frozenset({"activities.annulled"})
NEW, REPORT = "activities:new", "activities:new_held"


def is_branch(facts: OrganisationFacts) -> bool:
    """Branches of every kind, temporary ones included."""
    return facts.org_type in BRANCHES


def has_branch_committee(facts: OrganisationFacts) -> bool:
    """Branches with a committee, or with so many full members that they must have one."""
    return is_branch(facts) and (bool(facts.has_committee) or (facts.full_members or 0) >= _committee_from(today()))


def is_group(facts: OrganisationFacts) -> bool:
    """Party groups."""
    return facts.org_type == "group"


def is_committee(facts: OrganisationFacts) -> bool:
    """Grass-roots committees and work committees."""
    return facts.org_type in COMMITTEES


def _committee_from(on: date) -> int:
    rule = in_force_or_none("organisations.branch_committee.required_from_full_members", on)
    return rule.number if rule is not None else 1 << 30


def _meeting(key: str, label: object, applies: object, *, kinds: frozenset[str] = frozenset(), icon: str = "") -> Duty:
    return Duty(
        key=key,
        label=label,  # type: ignore[arg-type]
        rule=f"organisation_life.{key}.interval_months",
        applies=applies,  # type: ignore[arg-type]
        met_by=HELD,
        undone_by=ANNULLED,
        kinds=kinds,
        start=NEW,
        offline=REPORT,
        needs="activities.activity:plan",
        icon=icon or "calendar-event",
    )


DUTIES = (
    _meeting("general_meeting", _("General meeting"), is_branch),
    _meeting("committee_meeting", _("Committee meeting"), has_branch_committee),
    _meeting("group_meeting", _("Group meeting"), is_group),
    _meeting("party_lecture", _("Party lecture"), is_branch),
    _meeting("theme_day", _("Theme day"), is_branch),
    _meeting("org_life_meeting", _("Organisation-life meeting"), is_branch),
    Duty(
        key="member_appraisal",
        label=_("Appraisal of members"),
        rule="organisation_life.member_appraisal.interval_months",
        applies=is_branch,
        met_by=frozenset({"appraisals.finished"}),
        undone_by=frozenset({"appraisals.withdrawn"}),
        start="appraisals:new",
        needs="appraisals.round:run",
    ),
    Duty(
        key="heart_talk",
        label=_("Heart-to-heart talks"),
        rule="organisation_life.heart_talk.interval_months",
        applies=is_branch,
        met_by=frozenset({"preparations.talks_finished"}),
        undone_by=frozenset({"preparations.talks_reopened"}),
        start="preparations:plan_talks",
        needs="preparations.talk:run",
    ),
    _meeting("secretary_lecture", _("Lecture by the secretary"), is_committee, kinds=frozenset({"party_lecture"})),
    _meeting("democratic_life_meeting", _("Democratic-life meeting"), is_committee),
)


def declare_all() -> None:
    """Make them known."""
    for duty in DUTIES:
        declare_duty(duty)
