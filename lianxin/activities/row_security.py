"""Who sees organisation life: the staff of its place, of a party to it and of who takes part; and those who take part.

A member sees what they are invited to and what their own organisation announced. Of the other participants a member
sees observers from above alone: nobody watches without being seen.
"""

from lianxin.activities.models import (
    Activity,
    ActivityFile,
    ActivityParty,
    AgendaItem,
    Alliance,
    AllianceItem,
    AllianceParty,
    Excuse,
    GroupMember,
    GuidanceNote,
    HallReceipt,
    MakeUp,
    Minutes,
    MinutesItem,
    MinutesNote,
    Participant,
    PartyGroup,
    Resolution,
    Room,
    RoomBooking,
    SavedTemplate,
    Series,
    Vote,
    VoteVoice,
)
from lianxin.files.facade import StoredFile
from lianxin.kernel.db.row_security import (
    changeable,
    either,
    guard,
    own_account,
    own_member,
    reach,
    widen,
    window,
    with_parent,
)

window(
    "activities_own()",
    returns="uuid[]",
    body="SELECT array_agg(activity_id) FROM activities_participant WHERE member_id = kernel_member()",
)
window(
    "activities_joined()",
    returns="uuid[]",
    body=(
        "SELECT array_agg(activity_id) FROM activities_party"  # noqa: S608 - our own condition
        f" WHERE NOT is_host AND ({reach('organisation_path', 'activities')})"
    ),
)
window(
    "activities_own_groups()",
    returns="uuid[]",
    body="SELECT array_agg(group_id) FROM activities_group_member WHERE member_id = kernel_member()",
)
PLACES = "(SELECT members_own_places())::text[]"
INVITED = "= ANY ((SELECT activities_own())::uuid[])"
JOINED = "= ANY ((SELECT activities_joined())::uuid[])"
HERE = reach("organisation_path", "activities")
CHANGED_HERE = changeable("organisation_path", "activities.")
CHANGED_THERE = changeable("p.organisation_path", "activities.")

ACTIVITY_SEEN = either(
    HERE, f"id {INVITED}", f"state <> 'draft' AND organisation_path = ANY ({PLACES})", f"id {JOINED}"
)
guard(
    Activity,
    sees=ACTIVITY_SEEN,
    changes=CHANGED_HERE,
)
guard(
    ActivityParty,
    sees=either(
        HERE,
        reach("activity_path", "activities"),
        f"activity_id {INVITED}",
        f"organisation_path = ANY ({PLACES})",
    ),
    changes=changeable("activity_path", "activities."),
)
guard(
    Participant,
    sees=either(
        HERE,
        reach("member_path", "activities"),
        own_member("member_id"),
        f"role = 'observer' AND activity_id {INVITED}",
    ),
    changes=either(CHANGED_HERE, changeable("member_path", "activities."), own_member("member_id")),
)
for model in (AgendaItem, ActivityFile, GuidanceNote):
    column = f"{model._meta.db_table}.activity_id"  # noqa: SLF001 - Django's documented model API
    changes = with_parent(column, Activity, CHANGED_THERE)
    adds = either(changes, own_member("author_id")) if model is GuidanceNote else changes
    guard(model, sees=with_parent(column, Activity), adds=adds, changes=changes)
guard(Series, sees=HERE, changes=CHANGED_HERE)
guard(Excuse, sees=either(HERE, own_member("member_id")), changes=CHANGED_HERE)
guard(PartyGroup, sees=either(HERE, "id = ANY ((SELECT activities_own_groups())::uuid[])"), changes=CHANGED_HERE)
guard(
    GroupMember,
    sees=either(own_member("member_id"), with_parent("activities_group_member.group_id", PartyGroup)),
    changes=with_parent("activities_group_member.group_id", PartyGroup, CHANGED_THERE),
)
window(
    "activities_allied()",
    returns="uuid[]",
    body=(
        "SELECT array_agg(alliance_id) FROM activities_alliance_party"  # noqa: S608 - our own condition
        f" WHERE declined_on IS NULL AND ({reach('organisation_path', 'activities')})"
    ),
)
ALLIED = "= ANY ((SELECT activities_allied())::uuid[])"
# Whoever is or was in an alliance, or is invited, sees who else is.
guard(Alliance, sees=either(HERE, f"id {ALLIED}"), changes=CHANGED_HERE)
guard(
    AllianceParty,
    sees=either(HERE, reach("alliance_path", "activities"), f"alliance_id {ALLIED}"),
    adds=changeable("alliance_path", "activities."),
    changes=either(changeable("alliance_path", "activities."), CHANGED_HERE),
)
guard(
    AllianceItem,
    sees=with_parent("activities_alliance_item.alliance_id", Alliance),
    changes=either(
        with_parent("activities_alliance_item.party_id", AllianceParty, CHANGED_THERE),
        with_parent("activities_alliance_item.alliance_id", Alliance, CHANGED_THERE),
    ),
)
# Below its path one sees a shared room and when it is taken, and begins with a template: asked the other way round.
BELOW = "EXISTS (SELECT 1 FROM unnest(activities_reached()) own(path) WHERE starts_with(own.path, {column}))"
window(
    "activities_reached()",
    returns="text[]",
    body=(
        "SELECT array_agg(path) FROM (SELECT nullif(current_setting('lianxin.activities_from', true), '')"
        " UNION ALL SELECT rtrim(other, '.') FROM"
        " unnest(nullif(current_setting('lianxin.activities_others', true), '')::text[]) t(other)) told(path)"
        " WHERE path IS NOT NULL"
    ),
)
guard(
    SavedTemplate,
    sees=either(HERE, BELOW.format(column="activities_template.organisation_path")),
    changes=CHANGED_HERE,
)
guard(
    Room,
    sees=either(HERE, f"is_shared AND {BELOW.format(column='activities_room.organisation_path')}"),
    changes=CHANGED_HERE,
)
# What a room is wanted for is known to who has it and who keeps it; others it is lent to see when it is taken, by whom.
window(
    "activities_taken(wanted uuid, since timestamptz, until timestamptz)",
    returns="TABLE (booking uuid, during tstzrange, organisation_name text)",
    body=(
        "SELECT b.id, b.during, b.organisation_name FROM activities_room_booking b"  # noqa: S608 - our own condition
        " JOIN activities_room r ON r.id = b.room_id"
        " WHERE b.room_id = wanted AND b.during && tstzrange(since, until)"
        f" AND (({reach('r.organisation_path', 'activities')})"
        f" OR (r.is_shared AND {BELOW.format(column='r.organisation_path')})) ORDER BY b.during"
    ),
)
guard(
    RoomBooking,
    sees=either(HERE, reach("room_path", "activities")),
    adds=CHANGED_HERE,
    changes=either(CHANGED_HERE, changeable("room_path", "activities.")),
)
ATTACHED = "EXISTS (SELECT 1 FROM activities_file f WHERE f.file_id = files_stored.id)"
widen(StoredFile, sees=ATTACHED)

# --- minutes: the staff of the place; the chair and the recorder without any role; those who took part, once confirmed
OFFICER = "kernel_member() IN (p.chair_id, p.recorder_id)"


OFFICER_SEES = (
    "EXISTS (SELECT 1 FROM activities_activity WHERE id = activities_minutes.activity_id"  # noqa: S608 - ours
    f" AND {OFFICER.replace('p.', '')} AND ({ACTIVITY_SEEN}))"
)


def _of_officer(column: str) -> str:
    return with_parent(column, Activity, OFFICER)


CONFIRMED_FOR_ACTOR = f"state = 'confirmed' AND (activity_id {INVITED} OR activity_id {JOINED})"
guard(
    Minutes,
    sees=either(HERE, CONFIRMED_FOR_ACTOR, _of_officer("activities_minutes.activity_id")),
    changes=either(CHANGED_HERE, _of_officer("activities_minutes.activity_id")),
)
# A row of minutes that is seen but may not be changed is confirmed (a trigger refuses) or another's (out of reach).
WRITES_MINUTES = (
    f"({CHANGED_THERE}) OR EXISTS (SELECT 1 FROM activities_activity a WHERE a.id = p.activity_id"  # noqa: S608 - ours
    " AND kernel_member() IN (a.chair_id, a.recorder_id))"
)
# Who writes the minutes or belongs to the staff of their place. Others who read them read what was confirmed: the
# names at a recorded vote stand there; who made up for the meeting, and each voice as a row, do not concern them.
READS_ALL = (
    f"({reach('p.organisation_path', 'activities')}) OR EXISTS (SELECT 1 FROM activities_activity a"  # noqa: S608 - ours
    " WHERE a.id = p.activity_id AND kernel_member() IN (a.chair_id, a.recorder_id))"
)
# Who brought a member to a joint meeting keeps that member's ledger, and reads there what was made up for.
window(
    "activities_brought(of_minutes uuid, who uuid)",
    returns="boolean",
    body=(
        "SELECT EXISTS (SELECT 1 FROM activities_minutes m"  # noqa: S608 - our own condition
        " JOIN activities_participant p ON p.activity_id = m.activity_id AND p.member_id = who"
        " JOIN activities_party t ON t.activity_id = m.activity_id AND t.organisation_id = p.member_organisation_id"
        " WHERE m.id = of_minutes AND m.state = 'confirmed'"
        f" AND ({reach('p.member_path', 'activities')}))"
    ),
)
for part in (MinutesItem, MinutesNote, MakeUp):
    column = f"{part._meta.db_table}.minutes_id"  # noqa: SLF001 - Django's documented model API
    sees = (
        either(
            own_member("member_id"), with_parent(column, Minutes, READS_ALL), f"activities_brought({column}, member_id)"
        )
        if part is MakeUp
        else with_parent(column, Minutes)
    )
    guard(part, sees=sees, changes=with_parent(column, Minutes, WRITES_MINUTES))
WRITES_ITEM = (
    f"EXISTS (SELECT 1 FROM activities_minutes m WHERE m.id = p.minutes_id"  # noqa: S608 - our own conditions
    f" AND ({WRITES_MINUTES.replace('p.', 'm.')}))"
)
guard(
    Vote,
    sees=with_parent("activities_vote.item_id", MinutesItem),
    changes=with_parent("activities_vote.item_id", MinutesItem, WRITES_ITEM),
)
WRITES_VOTE = (
    "EXISTS (SELECT 1 FROM activities_minutes_item i JOIN activities_minutes m ON m.id = i.minutes_id"  # noqa: S608 - ours
    f" WHERE i.id = p.item_id AND ({WRITES_MINUTES.replace('p.', 'm.')}))"
)
READS_VOICES = (
    "EXISTS (SELECT 1 FROM activities_minutes_item i JOIN activities_minutes m ON m.id = i.minutes_id"  # noqa: S608 - ours
    f" WHERE i.id = p.item_id AND ({READS_ALL.replace('p.', 'm.')}))"
)
guard(
    VoteVoice,
    sees=either(own_member("member_id"), with_parent("activities_vote_voice.vote_id", Vote, READS_VOICES)),
    changes=with_parent("activities_vote_voice.vote_id", Vote, WRITES_VOTE),
)
# What the policies of items, minutes and activities say one after the other. A question: written out, planning it took
# longer than reading the rows of every page that asks for the resolutions of one's own or one's place.
window(
    "activities_item_seen(wanted uuid)",
    returns="boolean",
    body=(
        "SELECT EXISTS (SELECT 1 FROM activities_minutes"  # noqa: S608 - our own conditions
        " WHERE id = (SELECT i.minutes_id FROM activities_minutes_item i WHERE i.id = wanted)"
        f" AND ({either(HERE, CONFIRMED_FOR_ACTOR, OFFICER_SEES)}))"
    ),
)
guard(
    Resolution,
    sees=either(HERE, own_member("owner_id"), "activities_item_seen(activities_resolution.item_id)"),
    changes=either(
        CHANGED_HERE, own_member("owner_id"), with_parent("activities_resolution.item_id", MinutesItem, WRITES_ITEM)
    ),
)
guard(
    HallReceipt,
    sees=with_parent("activities_hall_receipt.activity_id", Activity),
    changes=own_account("account_id"),
)
