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
from lianxin.members.models import CorrectionRequest, Member, Post
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
from lianxin.members.queries.own import own_member, own_organisation_name, own_record

__all__ = [
    "ADD",
    "CHANGE",
    "DECIDE",
    "ENTERED",
    "EXPORT",
    "FACTS",
    "GROUPS",
    "INVITE",
    "OWN",
    "OWN_CORRECT",
    "POSTS",
    "REVEAL",
    "TRANSFER",
    "VIEW",
    "CorrectionRequest",
    "Entrant",
    "Fact",
    "IssuedCode",
    "Kind",
    "Member",
    "Post",
    "accept_correction",
    "add",
    "add_many",
    "appoint",
    "ask_for_correction",
    "change_many",
    "claim",
    "correct",
    "decease",
    "decline_correction",
    "issue_codes",
    "leave",
    "move",
    "own_member",
    "own_organisation_name",
    "own_record",
    "relieve",
    "restore",
    "return_to",
    "reveal",
    "suspend",
    "take_back_departure",
    "take_effect",
    "transfer_out",
    "undo_batch",
    "update",
    "withdraw_correction",
]
