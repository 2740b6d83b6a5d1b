"""The ledgers there are: which single facts and which lists each shows, all of them from the catalogue."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger: single facts at its head, then lists. `facts` and `lists` are keys of the catalogue.

    A file holds the lists with all their columns. `on_screen` is what of them a page shows, where that is less or
    other: each list with its columns (none: all of them).
    """

    key: str
    label: Sentence
    about: Sentence
    facts: tuple[str, ...]
    lists: tuple[str, ...]
    is_wide: bool = False
    on_screen: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The lists of the page, each with its columns."""
        return self.on_screen or tuple((one, ()) for one in self.lists)

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.facts, *self.lists)


HEAD = ("organisation.name", "organisation.higher", "period.words")
MEETING = ("on", "kind", "title", "place", "chair", "expected", "present", "on_leave", "absent", "excused", "decisions")
PRESENCE = ("on", "kind", "title", "expected", "present", "on_leave", "absent", "excused")

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
        on_screen=(
            ("committee.rows", ()),
            ("members.rows", ()),
            ("plan.rows", ()),
            ("meetings.rows", MEETING),
            ("resolutions.rows", ()),
        ),
    ),
    Ledger(
        "attendance",
        _("attendance ledger"),
        _("Who was expected and who came, meeting by meeting and member by member. Excused members are named as such."),
        (*HEAD, "attendance.expected_count", "attendance.present_count", "attendance.leave_count"),
        ("attendance.members", "attendance.rows"),
        on_screen=(("attendance.members", ()), ("meetings.rows", PRESENCE)),
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
        on_screen=(("study.rows", ()), ("meetings.rows", ("on", "kind", "title", "hours"))),
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
