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
    Participant,
    PartyGroup,
    Room,
    RoomBooking,
    SavedTemplate,
    Series,
)
from lianxin.files.facade import StoredFile
from lianxin.kernel.db.row_security import (
    changeable,
    either,
    guard,
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

guard(
    Activity,
    sees=either(HERE, f"id {INVITED}", f"state <> 'draft' AND organisation_path = ANY ({PLACES})", f"id {JOINED}"),
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
for model in (Series, SavedTemplate):
    guard(model, sees=HERE, changes=CHANGED_HERE)
guard(Excuse, sees=either(HERE, own_member("member_id")), changes=CHANGED_HERE)
guard(PartyGroup, sees=either(HERE, "id = ANY ((SELECT activities_own_groups())::uuid[])"), changes=CHANGED_HERE)
guard(
    GroupMember,
    sees=either(own_member("member_id"), with_parent("activities_group_member.group_id", PartyGroup)),
    changes=with_parent("activities_group_member.group_id", PartyGroup, CHANGED_THERE),
)
guard(
    Alliance,
    sees=either(
        HERE, "EXISTS (SELECT 1 FROM activities_alliance_party a WHERE a.alliance_id = activities_alliance.id)"
    ),
    changes=CHANGED_HERE,
)
guard(
    AllianceParty,
    sees=either(HERE, reach("alliance_path", "activities")),
    changes=changeable("alliance_path", "activities."),
)
guard(
    AllianceItem,
    sees=with_parent("activities_alliance_item.alliance_id", Alliance),
    changes=either(
        with_parent("activities_alliance_item.party_id", AllianceParty, CHANGED_THERE),
        with_parent("activities_alliance_item.alliance_id", Alliance, CHANGED_THERE),
    ),
)
# Below a path whose room is shared one sees the room, and when it is taken; `starts_with` asks it the other way round.
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
    Room,
    sees=either(HERE, f"is_shared AND {BELOW.format(column='activities_room.organisation_path')}"),
    changes=CHANGED_HERE,
)
guard(
    RoomBooking,
    sees=either(HERE, with_parent("activities_room_booking.room_id", Room)),
    adds=CHANGED_HERE,
    changes=either(CHANGED_HERE, changeable("room_path", "activities.")),
)
ATTACHED = "EXISTS (SELECT 1 FROM activities_file f WHERE f.file_id = files_stored.id)"
widen(StoredFile, sees=ATTACHED)
