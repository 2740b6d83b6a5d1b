"""What organisation life keeps: activities with their participants, rooms, alliances, groups and templates."""

from lianxin.activities.models.activity import Activity, ActivityFile, ActivityParty, AgendaItem, GuidanceNote, Series
from lianxin.activities.models.alliance import Alliance, AllianceItem, AllianceParty
from lianxin.activities.models.group import GroupMember, PartyGroup
from lianxin.activities.models.hall import HallReceipt
from lianxin.activities.models.minutes import MakeUp, Minutes, MinutesItem, MinutesNote
from lianxin.activities.models.participant import Excuse, Participant
from lianxin.activities.models.resolution import Resolution
from lianxin.activities.models.room import Room, RoomBooking
from lianxin.activities.models.template import SavedTemplate
from lianxin.activities.models.vote import (
    Vote,
    VoteKind,
    VoteMethod,
    VoteVoice,
    vote_kinds_for,
    vote_method,
    vote_methods,
)

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityParty",
    "AgendaItem",
    "Alliance",
    "AllianceItem",
    "AllianceParty",
    "Excuse",
    "GroupMember",
    "GuidanceNote",
    "HallReceipt",
    "MakeUp",
    "Minutes",
    "MinutesItem",
    "MinutesNote",
    "Participant",
    "PartyGroup",
    "Resolution",
    "Room",
    "RoomBooking",
    "SavedTemplate",
    "Series",
    "Vote",
    "VoteKind",
    "VoteMethod",
    "VoteVoice",
    "vote_kinds_for",
    "vote_method",
    "vote_methods",
]
