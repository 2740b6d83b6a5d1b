"""The door to members for the modules above."""

from lianxin.members.actions.adding import Entrant, add, add_many
from lianxin.members.actions.claims import IssuedCode, claim, issue_codes
from lianxin.members.actions.coming import take_effect
from lianxin.members.actions.corrections import (
    accept_correction,
    ask_for_correction,
    decline_correction,
    withdraw_correction,
)
from lianxin.members.actions.facts import change_many, correct, update
from lianxin.members.actions.moving import move
from lianxin.members.actions.posts import appoint, relieve
from lianxin.members.actions.reveal import reveal
from lianxin.members.actions.status import (
    decease,
    leave,
    restore,
    return_to,
    suspend,
    take_back_departure,
    transfer_out,
)
from lianxin.members.actions.undoing import undo_batch
from lianxin.members.facts import ENTERED, FACTS, GROUPS, Fact, Kind
from lianxin.members.importing.target import MembersTarget
from lianxin.members.models import IN_REGISTER, NO_SEAT, TAKES_PART, CorrectionRequest, Member, Post
from lianxin.members.permissions import (
    ADD,
    CHANGE,
    DECIDE,
    EXPORT,
    INVITE,
    OWN,
    OWN_CORRECT,
    POSTS,
    REVEAL,
    TRANSFER,
    VIEW,
)
from lianxin.members.queries.belonging import Belonging, belonging_on
from lianxin.members.queries.counts import asked, count_below, count_open_corrections
from lianxin.members.queries.own import own_member, own_organisation, own_record
from lianxin.members.queries.own_data import OwnPart, register_own_part
from lianxin.members.queries.record import member_for, timeline_of, warnings_of
from lianxin.members.queries.roster import ROSTER, export_rows, members_within, roster_rows, search_members, suggestions

__all__ = [
    "ADD",
    "CHANGE",
    "DECIDE",
    "ENTERED",
    "EXPORT",
    "FACTS",
    "GROUPS",
    "INVITE",
    "IN_REGISTER",
    "NO_SEAT",
    "OWN",
    "OWN_CORRECT",
    "POSTS",
    "REVEAL",
    "ROSTER",
    "TAKES_PART",
    "TRANSFER",
    "VIEW",
    "Belonging",
    "CorrectionRequest",
    "Entrant",
    "Fact",
    "IssuedCode",
    "Kind",
    "Member",
    "MembersTarget",
    "OwnPart",
    "Post",
    "accept_correction",
    "add",
    "add_many",
    "appoint",
    "ask_for_correction",
    "asked",
    "belonging_on",
    "change_many",
    "claim",
    "correct",
    "count_below",
    "count_open_corrections",
    "decease",
    "decline_correction",
    "export_rows",
    "issue_codes",
    "leave",
    "member_for",
    "members_within",
    "move",
    "own_member",
    "own_organisation",
    "own_record",
    "register_own_part",
    "relieve",
    "restore",
    "return_to",
    "reveal",
    "roster_rows",
    "search_members",
    "suggestions",
    "suspend",
    "take_back_departure",
    "take_effect",
    "timeline_of",
    "transfer_out",
    "undo_batch",
    "update",
    "warnings_of",
    "withdraw_correction",
]
