"""What happens to records whose time is over."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

RAN = event_type("retention.deleted", _("deleted records whose period is over"))
