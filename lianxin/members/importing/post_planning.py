"""The dry run of a sheet of committee members: whom each row means, and what keeps it from being written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import is_within, subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.imports import Deed, PlannedRow, SheetRow
from lianxin.kernel.privacy.lookup import digests_of
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.time import day_of
from lianxin.members.actions.posts import SECRETARY
from lianxin.members.importing.post_columns import POST_LABELS
from lianxin.members.models import IN_REGISTER, Member, Post
from lianxin.members.permissions import POSTS, VIEW
from lianxin.organisations.facade import Named, Organisation, organisation_for, resolve_names
from lianxin.rules.facade import check_secretary


@dataclass(slots=True)
class PlannedPost(PlannedRow):
    """A planned row with what `apply` hands to the appointment; `since` is the first day of the post."""

    organisation: UUID | None = None
    member: UUID | None = None
    kind: str = ""
    since: date | None = None
    document_no: str = ""


@dataclass(slots=True)
class Seat:
    """A row on its way through the checks: the organisation it names and the members it can mean."""

    row: SheetRow
    name: str
    digests: list[bytes]
    place: Organisation | None = None
    members: list[Member] = field(default_factory=list)

    def say(self, column: str, code: str, message: Sentence, *, level: Level = Level.ERROR) -> None:
        """Note something wrong with a cell."""
        label = str(POST_LABELS[column])
        self.row.problems.append(Problem(self.row.sheet, self.row.number, label, level, message, code=code))

    @property
    def is_refused(self) -> bool:
        """Whether anything about the row is an error."""
        return any(one.level is Level.ERROR for one in self.row.problems)


class PostPlanning:
    """A dry run in progress. It remembers the posts the file gives, to find one that is given twice."""

    def __init__(self, actor: Actor, *, place: UUID, at: datetime) -> None:
        self.actor = actor
        self.today = day_of(at)
        self.place: Organisation = organisation_for(actor, place, POSTS)
        self._resolved: dict[str, list[Named]] = {}
        self._given: set[tuple[UUID, UUID, str]] = set()
        self._secretaries: dict[UUID, str] = {}

    def plan(self, rows: Sequence[SheetRow]) -> list[PlannedRow]:
        """What will happen with each of these rows; at most six queries however many rows."""
        seats = [_seat(row) for row in rows]
        self._find_places(seats)
        self._find_members(seats)
        held = self._held(seats)
        secretaries = {post.organisation_id: post.member.name for post in held if post.kind == SECRETARY}
        keys = {(post.organisation_id, post.member_id, post.kind) for post in held}
        return [self._planned(seat, keys, secretaries) for seat in seats]

    def _find_places(self, seats: Iterable[Seat]) -> None:
        """Find the organisation of each row: by its code, else by its name, else the one the import is for."""
        texts = {text for seat in seats for text in _texts(seat.row)}
        if unknown := texts - self._resolved.keys():
            self._resolved |= resolve_names(unknown, within=self.place.path)
        chosen: list[tuple[Seat, UUID]] = []
        for seat in seats:
            texts_given = _texts(seat.row)
            if not texts_given:
                if self.place.numchild:
                    message = _("The organisation is missing. Write its name or code.")
                    seat.say("organisation", "missing_organisation", message)
                else:
                    seat.place = self.place
                continue
            found: list[Named] = next((one for text in texts_given if (one := self._resolved[text])), [])
            if len(found) == 1:
                chosen.append((seat, found[0].id))
            elif found:
                names = "、".join(f"{one.name}（{one.code}）" for one in found[:4])
                message = format_lazy(_("Several organisations are called so: {names}. Write the code."), names=names)
                seat.say("organisation", "ambiguous_organisation", message)
            else:
                message = format_lazy(
                    _("There is no organisation “{name}” at or below {place}."),
                    name=texts_given[-1],
                    place=self.place.short_name,
                )
                seat.say("organisation", "unknown_organisation", message)
        places = Organisation.objects.in_bulk({key for _seat, key in chosen})
        for seat, key in chosen:
            seat.place = places[key]

    def _find_members(self, seats: Sequence[Seat]) -> None:
        """Find whom each row means: by identity number, else by name in the organisation, else by name below it."""
        asked = [seat for seat in seats if seat.place is not None and seat.name]
        register = Member.objects.filter(membership_status__in=IN_REGISTER).order_by("id")
        numbers = {digest for seat in asked for digest in seat.digests}
        by_number = {bytes(one.id_number_digest or b""): one for one in register.filter(id_number_digest__in=numbers)}
        for seat in asked:
            one = next((by_number[digest] for digest in seat.digests if digest in by_number), None)
            if one is not None and self.actor.may(VIEW, one.organisation_path):
                seat.members = [one]
        asked = [seat for seat in asked if not seat.digests]
        places = {seat.place.id for seat in asked if seat.place}
        self._meet(asked, register.filter(organisation_id__in=places, name__in={seat.name for seat in asked}))
        asked = [seat for seat in asked if not seat.members]
        below = subtree(self.place.path, field="organisation_path")
        self._meet(asked, register.filter(below, name__in={seat.name for seat in asked}))

    def _meet(self, seats: Iterable[Seat], members: Iterable[Member]) -> None:
        by_name: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            if self.actor.may(VIEW, member.organisation_path):
                by_name[member.name].append(member)
        for seat in seats:
            if seat.place is not None:
                own = [one for one in by_name[seat.name] if one.organisation_id == seat.place.id]
                top = seat.place.path
                seat.members = own or [one for one in by_name[seat.name] if is_within(one.organisation_path, top)]

    def _held(self, seats: Iterable[Seat]) -> list[Post]:
        places = {seat.place.id for seat in seats if seat.place}
        return list(Post.objects.filter(organisation_id__in=places, until__isnull=True).select_related("member"))

    def _planned(self, seat: Seat, held: set[tuple[UUID, UUID, str]], secretaries: dict[UUID, str]) -> PlannedPost:
        kind = str(seat.row.values.get("post") or "")
        planned = PlannedPost(seat.row, Deed.REFUSED, seat.name, kind=kind)
        planned.document_no = str(seat.row.values.get("document_no") or "").strip()
        member = self._member_of(seat)
        if not kind and not seat.is_refused:
            seat.say("post", "missing_post", _("The post is missing."))
        if member is None or seat.place is None or seat.is_refused:
            return planned
        key = (seat.place.id, member.id, kind)
        planned.organisation, planned.member = seat.place.id, member.id
        if key in held:
            planned.deed = Deed.SAME
            return planned
        if key in self._given:
            seat.say("post", "twice_in_file", _("An earlier row of the file gives the same member this post already."))
            return planned
        secretary = secretaries.get(seat.place.id) or self._secretaries.get(seat.place.id)
        if kind == SECRETARY and secretary:
            message = format_lazy(
                _("{place} has a secretary already: {name}. Relieve them first, or correct the row."),
                place=seat.place.short_name,
                name=secretary,
            )
            seat.say("post", "has_secretary", message)
            return planned
        planned.since = self._since(seat, seat.place)
        if planned.since is None:
            return planned
        if kind == SECRETARY:
            self._secretaries[seat.place.id] = member.name
            for one in check_secretary(party_age_from=member.converted_on, since=planned.since):
                seat.say("post", one.rule_id, one.message, level=Level.WARNING)
        self._given.add(key)
        planned.deed = Deed.ADD
        return planned

    def _member_of(self, seat: Seat) -> Member | None:
        """The one member the row means; None with a problem said where there is none, or more than one."""
        if seat.place is None:
            return None
        if not seat.name:
            if not seat.is_refused:
                seat.say("name", "missing_name", _("The name is missing."))
            return None
        if len(seat.members) == 1:
            member = seat.members[0]
            if member.name == seat.name:
                return member
            message = format_lazy(
                _("This identity number belongs to {name}. Check the name and the number."), name=member.name
            )
            seat.say("name", "other_name", message)
        elif seat.members:
            message = format_lazy(
                _("{place} has several members called {name}. Give the identity number to say who is meant."),
                place=seat.place.short_name,
                name=seat.name,
            )
            seat.say("name", "namesakes", message)
        elif seat.digests:
            message = _("No member you can see has this identity number. Check it, or add the member first.")
            seat.say("id_number", "unknown_member", message)
        else:
            message = format_lazy(
                _("There is no member called {name} in {place}. Check the name, or add the member first."),
                name=seat.name,
                place=seat.place.short_name,
            )
            seat.say("name", "unknown_member", message)
        return None

    def _since(self, seat: Seat, place: Organisation) -> date | None:
        """The first day of the post: not before the organisation was set up; None where it is dissolved by then."""
        given = seat.row.values.get("since")
        since = given if isinstance(given, date) else self.today
        if since < place.founded_on:
            message = format_lazy(
                _("{place} was set up on {day} only; the post begins on that day."),
                place=place.short_name,
                day=place.founded_on.isoformat(),
            )
            seat.say("since", "before_founding", message, level=Level.WARNING)
            since = place.founded_on
        if place.dissolved_on is not None and place.dissolved_on <= since:
            seat.say("since", "after_dissolution", _("The organisation does not exist on that day."))
            return None
        return since


def _seat(row: SheetRow) -> Seat:
    number = str(row.values.get("id_number") or "")
    return Seat(row, str(row.values.get("name") or ""), digests_of("id_number", number))


def _texts(row: SheetRow) -> list[str]:
    """What the row says of its organisation, the code first."""
    return [str(row.values[key]) for key in ("organisation_code", "organisation") if row.values.get(key)]
