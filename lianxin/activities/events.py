"""What can happen with organisation life.

`activities.held` and `activities.reported` carry what duties read: data = {"meets": [kinds], "held_on", "title",
"url"},
one event for each organisation the activity counts for; `activities.annulled` takes it back, with the same subject.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.events import event_type

PLANNED = event_type("activities.planned", _("planned an activity"))
CHANGED = event_type("activities.changed", _("changed an activity"))
ANNOUNCED = event_type("activities.announced", _("announced an activity"))
CANCELLED = event_type("activities.cancelled", _("cancelled an activity"))
HELD = event_type("activities.held", _("recorded that an activity was held"))
REPORTED = event_type("activities.reported", _("recorded afterwards an activity held offline"))
ANNULLED = event_type("activities.annulled", _("annulled the record that an activity was held"))
SERIES_PLANNED = event_type("activities.series_planned", _("planned a series of activities"))
INVITED = event_type("activities.invited", _("invited further persons"))
LIST_UPDATED = event_type("activities.list_updated", _("brought the list of those entitled up to date"))
UNINVITED = event_type("activities.uninvited", _("took back an invitation"))
REPLIED = event_type("activities.replied", _("replied to an invitation"))
LEAVE_ENTERED = event_type("activities.leave_entered", _("entered leave for somebody else"))
LEAVE_DECIDED = event_type("activities.leave_decided", _("decided on leave"))
SIGNED_IN = event_type("activities.signed_in", pgettext_lazy("at an activity", "signed in"))
TICKED = event_type("activities.ticked", _("ticked who came"))
UNTICKED = event_type("activities.unticked", _("took back that somebody came"))
ATTENDANCE_CORRECTED = event_type("activities.attendance_corrected", _("corrected who came"))
FILE_ADDED = event_type("activities.file_added", _("added a file"))
FILE_REMOVED = event_type("activities.file_removed", _("removed a file"))
GUIDANCE_GIVEN = event_type("activities.guidance_given", _("left guidance"))
EXCUSED = event_type("activities.excused", _("excused a member from attending"))
EXCUSE_ENDED = event_type("activities.excuse_ended", _("ended the excuse of a member"))
ROOM_KEPT = event_type("activities.room_kept", _("added or changed a room"))
ROOM_CLOSED = event_type("activities.room_closed", _("closed a room"))
ROOM_BOOKED = event_type("activities.room_booked", _("booked a room"))
ROOM_RELEASED = event_type("activities.room_released", _("gave a room back"))
ALLIANCE_FOUNDED = event_type("activities.alliance_founded", _("founded an alliance"))
ALLIANCE_CHANGED = event_type("activities.alliance_changed", _("changed an alliance"))
GROUP_KEPT = event_type("activities.group_kept", _("set up or changed a Party group"))
GROUP_CLOSED = event_type("activities.group_closed", _("dissolved a Party group"))
TEMPLATE_SAVED = event_type("activities.template_saved", _("saved a template"))
MINUTES_BEGUN = event_type("activities.minutes_begun", _("began the minutes"))
MINUTES_WRITTEN = event_type("activities.minutes_written", _("wrote an item of the minutes"))
MINUTES_ITEM_ADDED = event_type("activities.minutes_item_added", _("added an item to the minutes"))
MINUTES_ITEM_REMOVED = event_type("activities.minutes_item_removed", _("removed an item from the minutes"))
FACTS_CORRECTED = event_type("activities.facts_corrected", _("corrected end, chair or recorder of a meeting"))
MINUTES_CONFIRMED = event_type("activities.minutes_confirmed", _("confirmed the minutes"))
MINUTES_CORRECTED = event_type("activities.minutes_corrected", _("appended a correction to the minutes"))
MADE_UP = event_type("activities.made_up", _("noted that a missed meeting was made up for"))
VOTE_TAKEN = event_type("activities.vote_taken", _("entered a vote"))
VOTE_REMOVED = event_type("activities.vote_removed", _("removed a vote"))
RESOLUTION_ADDED = event_type("activities.resolution_added", _("gave somebody something to do"))
RESOLUTION_REMOVED = event_type("activities.resolution_removed", _("removed a resolution from the draft"))
RESOLUTION_DONE = event_type("activities.resolution_done", _("said that a resolution was carried out"))
RESOLUTION_TAKEN_BACK = event_type("activities.resolution_taken_back", _("took a resolution back"))
RESOLUTION_REOPENED = event_type("activities.resolution_reopened", _("opened a resolution again"))
