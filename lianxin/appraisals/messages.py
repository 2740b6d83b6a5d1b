"""The messages appraisals send."""

from django.utils.translation import gettext_lazy as _

from lianxin.messaging.facade import message_kind

OPENED = message_kind("appraisals.opened", _("appraisals that are open"))
GRADED = message_kind("appraisals.graded", _("my grade in the appraisal"))
OBJECTED = message_kind("appraisals.objected", _("objections to grades and their answers"))
