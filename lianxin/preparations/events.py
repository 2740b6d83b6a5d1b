"""What can happen while meetings are prepared. Events hold names and days, never what was said or written."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

TALKS_PLANNED = event_type("preparations.talks_planned", _("planned heart-to-heart talks"))
TALK_REMOVED = event_type("preparations.talk_removed", _("took a heart-to-heart talk off the list"))
TALKED = event_type("preparations.talked", _("recorded a heart-to-heart talk"))
TALKS_FINISHED = event_type("preparations.talks_finished", _("closed the heart-to-heart talks of the year"))
TALKS_REOPENED = event_type("preparations.talks_reopened", _("opened the heart-to-heart talks of the year again"))
OPENED = event_type("preparations.opened", _("began to prepare a meeting"))
CLOSED = event_type("preparations.closed", _("closed the preparation of a meeting"))
STUDIED = event_type("preparations.studied", _("recorded a study before the meeting"))
OPINION_GIVEN = event_type("preparations.opinion_given", _("recorded an opinion before the meeting"))
EXAMINED = event_type("preparations.examination_handed_in", _("handed in a self-examination text"))
READERS_NAMED = event_type("preparations.readers_named", _("named who may read the self-examination text"))
READ = event_type("preparations.examination_read", _("read a self-examination text"), is_look=True)
CRITICISED = event_type("preparations.criticism_recorded", _("recorded a point of criticism"))
RECTIFICATION_SET = event_type("preparations.rectification_set", _("set something to be put right"))
EVIDENCE_GIVEN = event_type("preparations.evidence_given", _("reported something as put right"))
RECTIFIED = event_type("preparations.rectified", _("confirmed something as put right"))
SENT_BACK = event_type("preparations.sent_back", _("sent back something to be put right"))
