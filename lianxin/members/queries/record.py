"""A member's page: the record, what happened to it, what was believed of it once, and what the rules say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.kernel.authz import Actor, acting, require, within
from lianxin.kernel.db.bitemporal import BELIEVED, as_believed
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.events.types import look_kinds, type_of
from lianxin.kernel.models import Event
from lianxin.kernel.time import today
from lianxin.members.checking import verdicts_on
from lianxin.members.facts import (
    BY_NAME,
    FACTS,
    GROUPS,
    Fact,
    clear_of,
    facts_in_words,
    in_words,
    shown_now,
    snapshot,
)
from lianxin.members.models import CorrectionRequest, Member, MemberRecord, Membership, Post
from lianxin.members.permissions import VIEW
from lianxin.members.restricting import WORD, is_restricted, words_for_staff
from lianxin.organisations.facade import short_names_of
from lianxin.rules.facade import Verdict, code_table, not_ok

TIMELINE_SIZE = 20
OTHER_LABELS: dict[str, Sentence] = {
    "organisation": pgettext_lazy("of a member", "organisation"),
    "post": gettext_lazy("post"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact on a page: `key` is its name. `is_personal` values are masked, `is_restricted` ones not shown."""

    key: str
    label: Sentence
    value: Sentence
    is_personal: bool = False
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of an event in words."""

    label: Sentence
    old: Sentence
    new: Sentence


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline."""

    event: Event
    wording: Sentence
    changes: Sequence[Change]
    planned: bool


def member_for(actor: Actor, member: UUID, permission: str = VIEW) -> Member:
    """The member, in the register or not, where the actor holds the permission. One query.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
        NotPermitted: the actor sees the member but does not hold the permission.
    """
    found = Member.objects.select_related("organisation").filter(id=member).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def grouped_facts(member: Member, *, own: bool = False) -> list[tuple[Sentence, list[Shown]]]:
    """The facts of today under their headings, personal data masked. `own`: the member sees restricted ones too."""
    return [
        (label, [_shown(member, fact, own) for fact in FACTS if fact.group == key and _is_worth_showing(member, fact)])
        for key, label in GROUPS.items()
    ]


def _is_worth_showing(member: Member, fact: Fact) -> bool:
    """Facts that only matter when they are there are left out when they are not."""
    return fact.name not in {"exit_type", "status_since", "lost_since", "flow_to"} or bool(getattr(member, fact.name))


def _shown(member: Member, fact: Fact, own: bool) -> Shown:  # noqa: FBT001 - of the caller above
    value = in_words(fact.name, shown_now(member, fact.name)) if own else words_for_staff(member, fact.name)
    return Shown(fact.name, fact.label, value, fact.is_personal, is_restricted(member, fact.name))


def timeline_of(
    member: UUID, *, before: UUID | None = None, size: int = TIMELINE_SIZE, hidden: Collection[str] = ()
) -> list[Happening]:
    """What happened to the record, newest first, without the looks at it. One query; the caller may see the member.

    `hidden` names restricted facts, whose values are left out.
    """
    events = Event.objects.filter(subject_id=member).exclude(kind__in=look_kinds())
    if before is not None:
        events = events.filter(id__lt=before)
    day = today()
    return [
        Happening(
            one,
            type_of(one.kind).wording,
            list(changes_in_words(one, hidden)),
            planned=one.effective_on is not None and one.effective_on > day,
        )
        for one in events.order_by("-id")[:size]
    ]


def changes_in_words(event: Event, hidden: Collection[str] = ()) -> Iterable[Change]:
    """Old and new values of an event as people read them, without those of `hidden` facts."""
    for name, (old, new) in event.changes.items():
        if name in hidden:
            yield Change(BY_NAME[name].label, "", WORD)
            continue
        if name == "post":
            table = code_table("committee_posts")
            words = [table[value].name if value in table else value or "" for value in (old, new)]
            place = event.data.get("organisation", "")
            yield Change(OTHER_LABELS[name], words[0], f"{words[1]} {place}".strip() if new else place)
            continue
        label = BY_NAME[name].label if name in BY_NAME else OTHER_LABELS.get(name, name)
        yield Change(label, in_words(name, old), in_words(name, new))


def warnings_of(member: Member) -> list[Verdict]:
    """What the rules say of today's record, gravest first. The identity number is opened to compare, not to show."""
    if not member.is_in_register:
        return []
    stored = snapshot(member)
    needed = {name: clear_of(BY_NAME[name], stored[name]) for name in NEEDED}
    return not_ok(verdicts_on(needed, on=today()))


NEEDED = ("sex", "birth_date", "id_number", "person_category", "joined_on", "converted_on")


@dataclass(frozen=True, slots=True)
class Belonging:
    """A membership with the name of its organisation, which may lie outside the reach of who looks at the member."""

    membership: Membership
    place: str


def memberships_of(member: Member) -> list[Belonging]:
    """Where the member belongs and belonged, as believed now, newest first. Two queries."""
    return _named(Membership.objects.filter(BELIEVED, member=member).order_by("-valid"))


def every_membership_of(member: Member) -> list[Belonging]:
    """The same with what was believed once, newest belief first. Two queries."""
    return _named(Membership.objects.filter(member=member).order_by("-recorded", "-valid"))


def _named(rows: Iterable[Membership]) -> list[Belonging]:
    held = list(rows)
    names = short_names_of(one.organisation_id for one in held)
    return [Belonging(one, names[one.organisation_id]) for one in held]


@dataclass(frozen=True, slots=True)
class Held:
    """A post with its name and the names of organisation and member, either of which may lie outside the reach."""

    post: Post
    kind: Sentence
    place: str
    member: str
    seen: bool = True


def posts_of(member: Member) -> list[Held]:
    """The posts held and once held, newest first. Two queries."""
    rows = list(Post.objects.filter(member=member).order_by("-since"))
    names = short_names_of(one.organisation_id for one in rows)
    return [Held(one, _kind_name(one), names[one.organisation_id], member.name) for one in rows]


def posts_at(organisation: UUID, *, on: date) -> list[Held]:
    """The posts of an organisation on a day, in the order of the code table; `seen` says whose record opens."""
    order = {entry.key: place for place, entry in enumerate(code_table("committee_posts"))}
    at_work = Post.objects.filter(Q(until__isnull=True) | Q(until__gt=on), organisation_id=organisation, since__lte=on)
    rows = sorted(at_work, key=lambda post: (order.get(post.kind, len(order)), post.since))
    wanted = {one.member_id for one in rows}
    seen = dict(Member.objects.filter(id__in=wanted).values_list("id", "name"))
    names = seen
    if len(seen) < len(wanted):
        with acting(Actor.system("naming who holds a post here and belongs elsewhere")):
            names = dict(Member.objects.filter(id__in=wanted).values_list("id", "name"))
    return [Held(one, _kind_name(one), "", names[one.member_id], one.member_id in seen) for one in rows]


def _kind_name(post: Post) -> Sentence:
    table = code_table("committee_posts")
    return table[post.kind].name if post.kind in table else post.kind


@dataclass(frozen=True, slots=True)
class Belief:
    """What was believed of a day at an instant."""

    record: MemberRecord | None
    belonging: Belonging | None
    facts: Sequence[tuple[Fact, Sentence]]


def believed_then(member: Member, *, day: date, at: datetime) -> Belief:
    """What was believed at the instant about the day, personal data masked. Three queries; scoped by the caller."""
    record = MemberRecord.objects.filter(as_believed(day, at), member=member).first()
    belonging = _named(Membership.objects.filter(as_believed(day, at), member=member)[:1])
    facts = list(_believed_facts(record.facts, member.restricted)) if record is not None else []
    return Belief(record, belonging[0] if belonging else None, facts)


def _believed_facts(facts: dict[str, Any], hidden: Collection[str]) -> Iterable[tuple[Fact, Sentence]]:
    """Kept facts in words, personal data masked, restricted ones not at all."""
    return ((fact, WORD if fact.name in hidden else words) for fact, words in facts_in_words(facts))


def beliefs_about(member: Member) -> list[tuple[MemberRecord, Sequence[Change]]]:
    """Every rectangle of the record, newest belief first, with what differs from the rectangle listed after it."""
    rows = list(MemberRecord.objects.filter(member=member).order_by("-recorded", "-valid"))
    told: list[tuple[MemberRecord, Sequence[Change]]] = []
    for place, row in enumerate(rows):
        earlier = rows[place + 1].facts if place + 1 < len(rows) else {}
        told.append((row, _differences(earlier, row.facts, member.restricted) if earlier else []))
    return told


def _differences(earlier: dict[str, Any], later: dict[str, Any], hidden: Collection[str]) -> list[Change]:
    before = {fact.name: words for fact, words in facts_in_words(earlier)}
    return [
        Change(fact.label, before.get(fact.name, ""), words)
        for fact, words in facts_in_words(later)
        if fact.name not in hidden
        and later.get(fact.name) != earlier.get(fact.name)
        and words != before.get(fact.name, "")
    ]


def open_corrections(actor: Actor, permission: str) -> QuerySet[CorrectionRequest]:
    """The requests that wait where the actor decides, oldest first. One query."""
    rows = CorrectionRequest.objects.filter(state=CorrectionRequest.State.OPEN)
    within_reach = within(rows, actor, permission, field="organisation_path")
    return within_reach.select_related("member", "member__organisation").order_by("id")
