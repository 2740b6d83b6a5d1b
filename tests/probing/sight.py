"""Who may see which row: said once more, by hand, from the cast. Nothing here asks the application or its policies.

Two answers for each table: `screens` (what the product may show) and `database` (what row security lets through: a
coarser net, by place and module). A row is foreign to a person when the answer is no.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PARENT = {"county": "", "north": "county", "south": "county", "willow": "north", "poplar": "north", "reed": "south"}
PLACES = tuple(PARENT)

CLERKS = frozenset({"org_department", "committee_clerk"})
STAFF = CLERKS | {"secretary"}
READERS = STAFF | {"viewer"}
SYSTEM, SECURITY, AUDITOR = "system_administrator", "security_administrator", "auditor"
ANYBODY = READERS | {SYSTEM, SECURITY, AUDITOR}
CHANGE_NOTHING = frozenset({"viewer", "auditor"})


def ancestors(place: str) -> list[str]:
    """The places above, from the nearest."""
    found = []
    while place := PARENT[place]:
        found.append(place)
    return found


def is_within(place: str, top: str) -> bool:
    return place == top or top in ancestors(place)


@dataclass(frozen=True)
class Hold:
    """A role in force at a place."""

    role: str
    place: str
    below: bool = True

    def covers(self, place: str) -> bool:
        return is_within(place, self.place) if self.below else place == self.place


@dataclass(frozen=True)
class Persona:
    """Somebody of the cast: what they hold, their account, their own record, and what a token leaves them."""

    name: str
    holds: tuple[Hold, ...] = ()
    home: str = ""
    account: str = ""
    member: str = ""
    member_at: str = ""
    only: tuple[str, ...] | None = None

    def relation_to(self, place: str) -> str:
        """Where a place lies for somebody: inside, above, beside or below their own."""
        if not self.home or not place:
            return "beside"
        if place == self.home:
            return "inside"
        if place in ancestors(self.home):
            return "above"
        return "below" if self.home in ancestors(place) else "beside"

    def holds_there(self, roles: frozenset[str], place: str) -> bool:
        return bool(place) and any(one.role in roles and one.covers(place) for one in self.holds)


@dataclass(frozen=True)
class Row:
    """A row of a guarded table: its place, the accounts and the member it belongs to."""

    table: str
    pk: str
    place: str = ""
    accounts: frozenset[str] = frozenset()
    member: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Sight:
    """Who sees a table's rows: roles at the row's place; `own`: the account, `own_record`: the member it belongs to."""

    screens: frozenset[str] = frozenset()
    database: frozenset[str] | None = None
    own: bool = False
    own_record: bool = False
    extra: frozenset[str] = field(default_factory=frozenset)


MEMBERS = Sight(READERS, own_record=True)
OF_ORGANISATIONS = Sight(ANYBODY, own_record=True)
IMPORTS = Sight(CLERKS, own=True)
OWN = Sight(own=True)
SIGHT: dict[str, Sight] = {
    "organisations_organisation": Sight(ANYBODY, own_record=True),
    "organisations_version": OF_ORGANISATIONS,
    "organisations_term": OF_ORGANISATIONS,
    "organisations_unapplied": OF_ORGANISATIONS,
    "organisations_succession": OF_ORGANISATIONS,
    "organisations_grant": Sight(CLERKS | {SYSTEM, SECURITY}, STAFF | {SYSTEM, SECURITY}, own=True),
    "organisations_grant_request": Sight(CLERKS | {SECURITY}, STAFF | {SECURITY}, own=True),
    "members_member": MEMBERS,
    "members_membership": MEMBERS,
    "members_record": MEMBERS,
    "members_claim": MEMBERS,
    "members_unapplied": MEMBERS,
    "members_post": MEMBERS,
    "members_correction": MEMBERS,
    "members_rights_request": MEMBERS,
    "members_consent": MEMBERS,
    "members_reveal_count": OWN,
    "files_import": IMPORTS,
    "files_import_progress": IMPORTS,
    "files_import_finding": IMPORTS,
    "files_import_correction": IMPORTS,
    "files_stored": IMPORTS,
    "files_column_choice": OWN,
    "files_export": OWN,
    "kernel_event": Sight(ANYBODY, own=True, own_record=True),
    "kernel_daily_acts": Sight(ANYBODY),
    "disclosure_check": Sight(STAFF),
    "disclosure_override": Sight(STAFF),
    # A system administrator sees on an account's page which programs act for it.
    "api_token": Sight(frozenset({SYSTEM}), frozenset(), own=True),
    "api_kept_answer": OWN,
    "kernel_account": Sight(CLERKS | {SYSTEM, SECURITY}, own=True),  # open to the database; the screens' filter only
}
TOP = "county"


def sees(one: Persona, row: Row, *, net: bool = False) -> bool:
    """Whether the person may see the row: on screens, or (`net`) in answers of the database."""
    sight = SIGHT[row.table]
    roles = sight.database if net and sight.database is not None else sight.screens
    if sight.own and one.account and one.account in row.accounts:
        return True
    if sight.own_record and one.member and (one.member == row.member or (not row.member and _lives(one, row))):
        return True
    if row.table == "kernel_event":
        return _sees_event(one, row)
    return one.holds_there(roles, row.place)


def _lives(one: Persona, row: Row) -> bool:
    return row.table.startswith("organisations_") and row.place == one.member_at and "grant" not in row.table


def _sees_event(one: Persona, row: Row) -> bool:
    if not row.place:
        return one.holds_there(frozenset({AUDITOR}), TOP)
    if row.kind.startswith("members."):
        return one.holds_there(READERS | {AUDITOR}, row.place)
    return one.holds_there(ANYBODY, row.place)


def opens(one: Persona, row: Row, *, net: bool = False) -> bool:
    """Whether a page of the row may open: names on the way to the top may be read, their pages not."""
    if row.table == "organisations_organisation":
        return any(held.covers(row.place) for held in one.holds) or _lives(one, row)
    return sees(one, row, net=net)
