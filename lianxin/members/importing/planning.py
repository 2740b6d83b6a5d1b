"""The dry run: what each row of a members' sheet will do, and everything that is wrong with it."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.imports import Deed, PlannedRow, SheetRow
from lianxin.kernel.privacy.lookup import digests_of
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.time import day_of
from lianxin.members.actions.adding import entry_facts
from lianxin.members.checking import derived_category, settle, tidy, verdicts_on
from lianxin.members.facts import BY_NAME, clear_of, masked, shown_now, snapshot
from lianxin.members.importing.columns import AS_FULL, AS_PROBATIONARY, LABELS
from lianxin.members.models import IN_REGISTER, Member
from lianxin.members.permissions import ADD, TRANSFER, VIEW
from lianxin.members.restricting import WORD, is_restricted
from lianxin.organisations.facade import Named, Organisation, organisation_for, organisations_within, resolve_names
from lianxin.rules.facade import IdNumber, check_id_number
from lianxin.rules.facade import Level as RuleLevel

MOST_NAMES = 5000
NOT_FACTS = {"organisation", "organisation_code", "since"}
MAY_BE_UNKNOWN = ("ethnic_group",)
"""Facts the register needs that some lists have no column for: taken in empty, with a warning."""


@dataclass(slots=True)
class PlannedMember(PlannedRow):
    """A planned row with what `apply` writes: tidied facts, the organisation, since when."""

    facts: dict[str, Any] = field(default_factory=dict)
    organisation: Named | None = None
    since: date | None = None


@dataclass(slots=True)
class Draft:
    """A row on its way through the checks."""

    row: SheetRow
    values: dict[str, Any]
    place: Named | None = None
    present: Member | None = None

    def say(self, column: str, code: str, message: Sentence, *, level: Level = Level.ERROR, better: Any = None) -> None:
        """Note something wrong with a cell, or with the whole row where `column` is empty."""
        self.row.problems.append(
            Problem(
                sheet=self.row.sheet,
                row=self.row.number,
                column=str(LABELS.get(column, "")),
                level=level,
                message=message,
                code=code,
                suggestion=better,
            )
        )

    @property
    def is_refused(self) -> bool:
        """Whether anything about the row is an error."""
        return any(one.level is Level.ERROR for one in self.row.problems)


MOST_ROWS = 1 << 21
"""More than a sheet has rows."""


class MemberPlanning:
    """A dry run in progress. It remembers numbers and names seen, to find a person who stands in the file twice.

    Of each row it keeps two hashes and its place as whole numbers, some 250 bytes, so that a file of 400,000 rows fits.
    """

    def __init__(self, actor: Actor, *, place: UUID, at: datetime) -> None:
        self.actor = actor
        self.today = day_of(at)
        self.place: Organisation = organisation_for(actor, place, ADD)
        self._resolved: dict[str, list[Named]] = {}
        self._names: list[str] | None = None
        self._sheets: dict[str, int] = {}
        self._numbers: dict[int, int] = {}
        self._persons: dict[int, int] = {}

    def plan(self, rows: Sequence[SheetRow]) -> list[PlannedRow]:
        """What will happen with each of these rows; at most four queries however many rows."""
        drafts = [Draft(row, dict(row.values)) for row in rows]
        self._resolve(drafts)
        for draft in drafts:
            self._fill_in(draft)
        self._find_present(drafts)
        self._find_namesakes(drafts)
        return [self._planned(draft) for draft in drafts]

    def _resolve(self, drafts: Iterable[Draft]) -> None:
        """Find the organisation of each row: by its code, else by its name, else the one the import is for."""
        texts = {str(draft.values[key]) for draft in drafts for key in NOT_FACTS - {"since"} if draft.values.get(key)}
        unknown = texts - self._resolved.keys()
        if unknown:
            self._resolved |= resolve_names(unknown, within=self.place.path)
        for draft in drafts:
            text = str(draft.values.get("organisation_code") or "")
            key = "organisation_code" if text and self._resolved.get(text) else "organisation"
            text = str(draft.values.get(key) or text)
            if not text:
                self._belongs_to_place(draft)
                continue
            found = self._resolved.get(text, [])
            if len(found) == 1:
                draft.place = found[0]
            elif found:
                names = "、".join(f"{one.name}（{one.code}）" for one in found[:4])
                message = format_lazy(_("Several organisations are called so: {names}. Write the code."), names=names)
                draft.say("organisation", "ambiguous_organisation", message, better=found[0].code)
            else:
                message = format_lazy(
                    _("There is no organisation “{name}” at or below {place}."), name=text, place=self.place.short_name
                )
                draft.say("organisation", "unknown_organisation", message, better=self._nearest(text))

    def _belongs_to_place(self, draft: Draft) -> None:
        if self.place.numchild:
            draft.say("organisation", "missing_organisation", _("The branch is missing. Write its name or code."))
            return
        one = self.place
        draft.place = Named(one.id, one.path, one.code, one.name, one.short_name, one.org_type)

    def _nearest(self, text: str) -> str | None:
        if self._names is None:
            names = organisations_within(self.actor, ADD).filter(path__startswith=self.place.path)
            self._names = list(names.values_list("name", flat=True)[:MOST_NAMES])
        near = difflib.get_close_matches(text, self._names, n=1, cutoff=0.7)
        return near[0] if near else None

    def _fill_in(self, draft: Draft) -> None:
        """What follows from other cells: a landline under mobile, the category, sex and birth date from the number."""
        values = draft.values
        mobile = str(values.get("mobile") or "")
        if mobile and not mobile.startswith("1"):
            values["landline"] = values.get("landline") or mobile
            values["mobile"] = None
        status = values.get("membership_status")
        if status in {AS_FULL, AS_PROBATIONARY}:
            values["person_category"] = values.get("person_category") or str(status).removeprefix("as:")
            values["membership_status"] = "normal"
        number = values.get("id_number")
        if not number:
            return
        found = check_id_number(str(number), on=self.today, allow_test=settings.ACCEPT_TEST_PERSONS)
        if isinstance(found, IdNumber):
            values["id_number"] = found.value
            values["sex"] = values.get("sex") or found.sex
            values["birth_date"] = values.get("birth_date") or found.birth_date
        else:
            for one in found:
                draft.say("id_number", one.rule_id, one.message)
            values["id_number"] = None

    def _earlier(self, seen: dict[int, int], key: int, row: SheetRow) -> SheetRow | None:
        """The place of the row that came with the same key before; None where this is the first."""
        sheet = self._sheets.setdefault(row.sheet, len(self._sheets))
        place = sheet * MOST_ROWS + row.number
        first = seen.setdefault(key, place)
        if first == place:
            return None
        sheet, number = divmod(first, MOST_ROWS)
        return SheetRow(list(self._sheets)[sheet], number, {})

    def _find_present(self, drafts: Sequence[Draft]) -> None:
        """Find who is in the register already, by identity number; the same number twice in the file is refused."""
        digests: dict[bytes, list[Draft]] = {}
        for draft in drafts:
            number = draft.values.get("id_number")
            if not number:
                continue
            found = digests_of("id_number", str(number))
            first = self._earlier(self._numbers, hash(found[0]), draft.row)
            if first is not None:
                draft.say("id_number", "twice_in_file", _same_as(first, _("the same identity number")))
            for digest in found:
                digests.setdefault(digest, []).append(draft)
        with acting(Actor.system("looking for the same identity number")):
            rows = list(Member.objects.filter(id_number_digest__in=list(digests)).select_related("organisation"))
        for member in rows:
            for draft in digests[bytes(member.id_number_digest or b"")]:
                self._meet(draft, member)

    def _meet(self, draft: Draft, member: Member) -> None:
        if not self.actor.may(VIEW, member.organisation_path):
            message = _(
                "This identity number is in the register of an organisation you do not see. Check the number; "
                "if it is right, ask the higher organisation for a transfer."
            )
            draft.say("id_number", "elsewhere", message)
        elif not member.is_in_register:
            message = format_lazy(
                _("{name} with this number has left the register. Open the record and take the member back there."),
                name=member.name,
            )
            draft.say("id_number", "left_the_register", message)
        else:
            draft.present = member

    def _find_namesakes(self, drafts: Sequence[Draft]) -> None:
        """Find rows without a number that are somebody in the register, and warn of same name and birth date."""
        wanted: dict[tuple[str, date], list[Draft]] = {}
        for draft in drafts:
            name, born = draft.values.get("name"), draft.values.get("birth_date")
            if draft.present is not None or not name or not born or draft.is_refused:
                continue
            first = self._earlier(self._persons, hash((str(name), born)), draft.row)
            if first is not None:
                level = Level.WARNING if draft.values.get("id_number") else Level.ERROR
                draft.say("name", "namesake_in_file", _same_as(first, _("the same name and birth date")), level=level)
            wanted.setdefault((str(name), born), []).append(draft)
        for member in self._namesakes(list(wanted)):
            for draft in wanted[member.name, member.birth_date]:
                if draft.values.get("id_number") and member.id_number_digest:
                    message = format_lazy(
                        _("{name}, born on the same day, is in the register of {place} under another identity number."),
                        name=member.name,
                        place=member.organisation.short_name,
                    )
                    draft.say("name", "namesake", message, level=Level.WARNING)
                elif draft.present is None:
                    draft.present = member

    def _namesakes(self, persons: Sequence[tuple[str, date]]) -> Iterable[Member]:
        """Members the actor sees with one of these names and birth dates: a join, which one index answers."""
        if not persons:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT m.id FROM unnest(%s::text[], %s::date[]) AS w(name, born) "
                "JOIN members_member m ON m.name = w.name AND m.birth_date = w.born",
                [[name for name, _born in persons], [born for _name, born in persons]],
            )
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return []
        rows = Member.objects.filter(id__in=keys, membership_status__in=IN_REGISTER).select_related("organisation")
        return [one for one in rows.order_by("id") if self.actor.may(VIEW, one.organisation_path)]

    def _planned(self, draft: Draft) -> PlannedMember:
        label = str(draft.values.get("name") or "")
        planned = PlannedMember(draft.row, Deed.REFUSED, label, organisation=draft.place)
        try:
            if draft.present is not None:
                self._plan_change(draft, planned, draft.present)
            else:
                self._plan_entry(draft, planned)
        except InvalidInput as refusal:
            for name, sentences in refusal.fields.items():
                for sentence in sentences:
                    draft.say(name, "check", sentence)
        if draft.is_refused:
            planned.deed = Deed.REFUSED
        return planned

    def _plan_entry(self, draft: Draft, planned: PlannedMember) -> None:
        given = {name: value for name, value in draft.values.items() if name not in NOT_FACTS and value is not None}
        not_asked = [name for name in MAY_BE_UNKNOWN if not given.get(name)]
        for name in not_asked:
            message = _("Not given; the record stays incomplete here.")
            draft.say(name, "not_given", message, level=Level.WARNING)
        facts = entry_facts(given, on=self.today, not_asked=not_asked)
        self._judge(draft, facts)
        planned.facts = facts
        founded = in_founding(draft.place, self.place)
        planned.since = draft.values.get("since") or max(facts["joined_on"], founded)
        if planned.since > self.today:
            draft.say("since", "future", _("The day lies in the future."))
        planned.deed = Deed.ADD

    def _plan_change(self, draft: Draft, planned: PlannedMember, member: Member) -> None:
        planned.target_id = member.id
        planned.label = member.name
        planned.duplicate_of = f"{member.name} · {member.organisation.short_name}"
        believed = {name: clear_of(fact, kept) for name, kept in snapshot(member).items() if (fact := BY_NAME[name])}
        given = {
            name: value
            for name, value in draft.values.items()
            if name not in NOT_FACTS and value is not None and value != believed.get(name)
        }
        if given.get("converted_on") and "person_category" not in given:
            given["person_category"] = derived_category(given["converted_on"])
        status = given.pop("membership_status", None)
        changes = tidy(given, on=self.today)
        if (
            status
            and status != believed["membership_status"]
            and "restored" not in {status, believed["membership_status"]}
        ):
            changes |= {"membership_status": status, "status_since": self.today}
        merged = {**believed, **changes}
        settle(merged)
        planned.facts = {name: value for name, value in merged.items() if value != believed[name]}
        self._judge(draft, merged)
        shown = {
            name: (old_in_plan(member, name), masked(BY_NAME[name], value) if BY_NAME[name].is_personal else value)
            for name, value in planned.facts.items()
        }
        if draft.place is not None and draft.place.id != member.organisation_id:
            self._check_move(draft, member)
            shown["organisation"] = (member.organisation.short_name, draft.place.short_name)
            planned.since = draft.values.get("since") or self.today
        else:
            planned.organisation = None
        planned.changes = shown
        planned.deed = Deed.CHANGE if shown else Deed.SAME

    def _check_move(self, draft: Draft, member: Member) -> None:
        if not self.actor.may(TRANSFER, member.organisation_path) or (
            draft.place is not None and not self.actor.may(TRANSFER, draft.place.path)
        ):
            message = format_lazy(
                _("{name} belongs to {place}, and you may not move members from there."),
                name=member.name,
                place=member.organisation.short_name,
            )
            draft.say("organisation", "may_not_move", message)

    def _judge(self, draft: Draft, facts: Mapping[str, Any]) -> None:
        for one in verdicts_on(facts, on=self.today):
            column = _column_of(one.rule_id, one.facts, facts)
            level = Level.ERROR if one.level is RuleLevel.PROBLEM else Level.WARNING
            message = format_lazy("{message}{todo}", message=one.message, todo=one.what_to_do)
            draft.say(column, one.rule_id, message, level=level, better=one.facts.get("by_number"))
        if facts.get("is_lost") and not facts.get("lost_since"):
            draft.say(
                "lost_since", "lost_since_when", _("Say since when the member is out of contact."), level=Level.WARNING
            )
        if facts["joined_on"] <= facts["birth_date"] and not draft.is_refused:
            draft.say("joined_on", "order", _("Nobody joins before they are born. Check both dates."))


def old_in_plan(member: Member, name: str) -> Any:
    """What a change shows of the record today: personal data masked, a restricted fact not at all."""
    return str(WORD) if is_restricted(member, name) else shown_now(member, name)


def in_founding(place: Named | None, top: Organisation) -> date:
    """The first day on which anybody can belong; organisations below the import's own are not asked one by one."""
    return top.founded_on if place is not None and place.id == top.id else date(1921, 7, 1)


def _same_as(first: SheetRow, what: Sentence) -> Sentence:
    return format_lazy(_("Row {row} of “{sheet}” has {what}."), row=first.number, sheet=first.sheet, what=what)


def _column_of(rule: str, verdict: Mapping[str, object], facts: Mapping[str, Any]) -> str:
    if rule == "members.sex.agrees_with_id_number":
        return "sex"
    if rule == "members.birth_date.agrees_with_id_number":
        return "birth_date"
    day = verdict.get("later") or verdict.get("day") or verdict.get("converted_on") or verdict.get("joined_on")
    return next((name for name in ("converted_on", "joined_on", "birth_date") if facts.get(name) == day), "joined_on")
