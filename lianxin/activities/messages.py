"""What organisation life tells members of."""

from django.utils.translation import gettext_lazy as _

from lianxin.messaging.facade import message_kind

INVITED = message_kind("activities.invited", _("invitations to activities"))
CHANGED = message_kind("activities.changed", _("activities that change or are cancelled"), urgent=True)
LEAVE = message_kind("activities.leave", _("leave from activities"))
JOINED = message_kind("activities.joined", _("joint activities with other organisations"))
TASK = message_kind("activities.task", _("tasks that a meeting gave"))
