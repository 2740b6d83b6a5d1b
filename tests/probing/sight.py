"""Who may see which row: said once more, by hand, from the cast. Nothing here asks the application or its policies.

Two answers for each table: `screens` (what the product may show) and `database` (what row security lets through: a
coarser net, by place and module). A row is foreign to a person when the answer is no.
"""

from __future__ import annotations

from dataclasses import dataclass

PARENT = {"county": "", "north": "county", "south": "county", "willow": "north", "poplar": "north", "reed": "south"}
PLACES = tuple(PARENT)

CLERKS = frozenset({"org_department", "committee_clerk"})
STAFF = CLERKS | {"secretary"}
READERS = STAFF | {"viewer"}
SECRETARIES = frozenset({"secretary"})
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
    also: frozenset[str] = frozenset()
    """Further places it belongs to: of a joint activity those who joined."""
    named: frozenset[str] = frozenset()
    """Members who were invited to it or named its readers."""
    owners: frozenset[str] = frozenset()
    """Members it belongs to, where these are more than one."""

    def is_of(self, member: str) -> bool:
        return bool(member) and (member == self.member or member in self.owners)


@dataclass(frozen=True)
class Sight:
    """Who sees a table's rows: roles at the row's place; `own`: the account, `own_record`: the member it belongs to.

    `also`: roles at a further place of the row; `below`: roles at a place below the row's; `named`: members in it;
    `lives`: the members of its place. `drafts_hide` says which of these ways a draft is closed to.
    """

    screens: frozenset[str] = frozenset()
    database: frozenset[str] | None = None
    own: bool = False
    own_record: bool = False
    also: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    named: bool = False
    lives: bool = False
    drafts_hide: frozenset[str] = frozenset()


MEMBERS = Sight(READERS, own_record=True)
OF_ORGANISATIONS = Sight(ANYBODY, own_record=True)
IMPORTS = Sight(CLERKS, own=True)
OWN = Sight(own=True)
ACTIVITY = Sight(READERS, also=READERS, named=True, lives=True, drafts_hide=frozenset({"lives"}))
MINUTES = Sight(
    READERS, also=READERS, named=True, own_record=True, drafts_hide=frozenset({"also", "named"})
)  # chair and recorder see a draft without any role
OF_WRITERS = Sight(READERS, own_record=True)  # of minutes: chair, recorder, the staff of the place, and oneself
SHARED_WITH_BELOW = Sight(READERS, below=READERS)
BOTH_ENDS = Sight(READERS, also=READERS)
MESSAGE = Sight(READERS, own=True, own_record=True)
OF_READERS, OF_STAFF = Sight(READERS), Sight(STAFF)
OF_BRANCH = Sight(STAFF, lives=True)
OF_STAFF_AND_MEMBER = Sight(STAFF, own_record=True)
OF_SECRETARY = Sight(SECRETARIES)
NOBODY = Sight()
SIGHT_OF_LIFE: dict[str, Sight] = {
    "activities_activity": ACTIVITY,
    "activities_agenda_item": ACTIVITY,
    "activities_file": ACTIVITY,
    "activities_guidance": ACTIVITY,
    "activities_hall_receipt": ACTIVITY,
    "activities_party": Sight(READERS, also=READERS, named=True, lives=True),
    "activities_participant": Sight(READERS, also=READERS, own_record=True, named=True),
    "activities_series": OF_READERS,
    "activities_excuse": MEMBERS,
    "activities_group": Sight(READERS, named=True),
    "activities_group_member": Sight(READERS, named=True),
    "activities_alliance": BOTH_ENDS,
    "activities_alliance_party": BOTH_ENDS,
    "activities_alliance_item": BOTH_ENDS,
    "activities_template": SHARED_WITH_BELOW,
    "activities_room": SHARED_WITH_BELOW,
    "activities_room_booking": BOTH_ENDS,
    "activities_minutes": MINUTES,
    "activities_minutes_item": MINUTES,
    "activities_minutes_note": MINUTES,
    "activities_make_up": OF_WRITERS,
    "activities_vote": MINUTES,
    "activities_vote_voice": OF_WRITERS,
    "activities_resolution": MINUTES,
    "messaging_message": MESSAGE,
    "messaging_recipient": MESSAGE,
    "messaging_delivery": MESSAGE,
    "messaging_preference": OWN,
    "messaging_push_subscription": OWN,
    "messaging_notice": Sight(READERS, drafts_hide=frozenset({"viewers"})),
    "messaging_notice_target": BOTH_ENDS,
    "duties_duty": OF_READERS,
    "duties_act": OF_READERS,
    "duties_count": OF_READERS,
    "duties_feed": OWN,
    "ceremonies_anniversary": MEMBERS,
    "ceremonies_greeting": MEMBERS,
    "preparations_talk_year": OF_BRANCH,
    "preparations_talk": OF_STAFF_AND_MEMBER,
    "preparations_talk_note": Sight(SECRETARIES, own_record=True),
    "preparations_preparation": OF_BRANCH,
    "preparations_study": OF_BRANCH,
    "preparations_opinion": OF_STAFF,
    "preparations_examination": Sight(STAFF, own_record=True, named=True),
    "preparations_reader": Sight(STAFF, own_record=True, named=True),
    "preparations_examination_text": Sight(
        SECRETARIES, own_record=True, named=True, drafts_hide=frozenset({"roles", "named"})
    ),
    "preparations_criticism": Sight(SECRETARIES, own_record=True),
    "preparations_rectification": OF_STAFF_AND_MEMBER,
    "appraisals_round": OF_BRANCH,
    "appraisals_participant": OF_BRANCH,
    "appraisals_self_review": Sight(SECRETARIES, own_record=True, drafts_hide=frozenset({"roles"})),
    "appraisals_outcome": OF_STAFF_AND_MEMBER,
    "appraisals_turnout": NOBODY,
    "appraisals_box": NOBODY,
    "appraisals_opinion": OF_SECRETARY,
    "appraisals_tally": OF_STAFF,
    "appraisals_paper_count": OF_STAFF,
    "ledgers_layout": SHARED_WITH_BELOW,
    "ledgers_layout_version": SHARED_WITH_BELOW,
    "ledgers_form": BOTH_ENDS,
    "ledgers_question": BOTH_ENDS,
    "ledgers_reply": BOTH_ENDS,
    "ledgers_reply_file": BOTH_ENDS,
}
CLOSED = frozenset({"appraisals_turnout", "appraisals_box"})
"""The product itself writes these when somebody of the place hands a sheet in or has them counted."""
SIGHT: dict[str, Sight] = {
    "organisations_organisation": Sight(ANYBODY, own_record=True),
    "organisations_version": OF_ORGANISATIONS,
    "organisations_term": OF_ORGANISATIONS,
    "organisations_unapplied": OF_ORGANISATIONS,
    "organisations_succession": OF_ORGANISATIONS,
    "organisations_local_value": Sight(ANYBODY, own_record=True, below=ANYBODY),
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
    "files_attachment": OWN,
    "files_column_choice": OWN,
    "files_export": OWN,
    "kernel_event": Sight(ANYBODY, own=True, own_record=True),
    "kernel_daily_acts": Sight(ANYBODY),
    "disclosure_check": Sight(STAFF),
    "disclosure_override": Sight(STAFF),
    # A system administrator sees on an account's page which programs act for it.
    "api_token": Sight(frozenset({SYSTEM}), frozenset(), own=True),
    "api_kept_answer": OWN,
    **SIGHT_OF_LIFE,
    "kernel_account": Sight(CLERKS | {SYSTEM, SECURITY}, own=True),  # open to the database; the screens' filter only
}
TOP = "county"


def sees(one: Persona, row: Row, *, net: bool = False) -> bool:
    """Whether the person may see the row: on screens, or (`net`) in answers of the database."""
    is_attached = row.kind.startswith("attached")
    sight = SIGHT["activities_file" if is_attached else row.table]
    roles = sight.database if net and sight.database is not None else sight.screens
    hidden = sight.drafts_hide if row.kind.endswith("draft") else frozenset()
    if "viewers" in hidden:
        roles &= STAFF
    if sight.own and one.account and one.account in row.accounts:
        return True
    if is_attached and row.table == "files_attachment" and one.account and one.account in row.accounts:
        return True
    nobodys = not row.member and not row.owners
    if sight.own_record and one.member and (row.is_of(one.member) or (nobodys and _lives(one, row))):
        return True
    if row.table == "kernel_event":
        return _sees_event(one, row)
    return (
        ("roles" not in hidden and one.holds_there(roles, row.place))
        or ("also" not in hidden and any(one.holds_there(sight.also, place) for place in row.also))
        or ("named" not in hidden and sight.named and _is_named(one, row))
        or ("lives" not in hidden and sight.lives and bool(one.member) and one.member_at == row.place)
        or _holds_below(one, row, sight.below)
    )


def _is_named(one: Persona, row: Row) -> bool:
    """Of the other participants of an activity a member sees the observers from above alone."""
    return one.member in row.named and (row.table != "activities_participant" or row.kind == "observer")


def _holds_below(one: Persona, row: Row, roles: frozenset[str]) -> bool:
    """What a place shares is open to those below it; of rooms those that are lent."""
    if not row.place or ("room" in row.table and row.kind != "shared"):
        return False
    return any(held.role in roles and is_within(held.place, row.place) for held in one.holds)


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
