"""The ledgers there are: which single facts and which lists each shows, all of them from the catalogue."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger: single facts at its head, then lists. `fields` are keys of the catalogue."""

    key: str
    label: Sentence
    about: Sentence
    facts: tuple[str, ...]
    lists: tuple[str, ...]
    is_wide: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.facts, *self.lists)


HEAD = ("organisation.name", "organisation.higher", "period.words")

LEDGERS = (
    Ledger(
        "handbook",
        _("branch handbook"),
        _("The organisation, its committee and members, the plan, every meeting with who came, and what was resolved."),
        (
            *HEAD,
            "organisation.kind",
            "organisation.founded_on",
            "committee.secretary",
            "committee.names",
            "term.started_on",
            "term.due_on",
            "members.count",
            "members.full_count",
            "members.probationary_count",
            "meetings.count",
            "meetings.general_meeting.count",
            "meetings.committee_meeting.count",
            "meetings.group_meeting.count",
            "meetings.party_lecture.count",
            "meetings.theme_day.count",
        ),
        ("committee.rows", "members.rows", "plan.rows", "meetings.rows", "resolutions.rows"),
        is_wide=True,
    ),
    Ledger(
        "attendance",
        _("attendance ledger"),
        _("Who was expected and who came, meeting by meeting and member by member. Excused members are named as such."),
        (*HEAD, "attendance.expected_count", "attendance.present_count", "attendance.leave_count"),
        ("attendance.members", "attendance.rows"),
    ),
    Ledger(
        "study",
        _("study-hours ledger"),
        _(
            "Class hours of each member, from lectures, theme days and study points of meetings, with what was"
            " made up for."
        ),
        (*HEAD, "study.hours_total", "study.enough_count"),
        ("study.rows", "meetings.rows"),
    ),
    Ledger(
        "resolutions",
        _("resolutions ledger"),
        _("What meetings resolved, who sees to it until when, and how it stands."),
        (*HEAD, "resolutions.count"),
        ("resolutions.rows",),
    ),
)
BY_KEY = {one.key: one for one in LEDGERS}
