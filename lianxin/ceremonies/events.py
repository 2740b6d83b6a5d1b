"""What can happen with ceremonies."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

GREETED = event_type("ceremonies.greeted", _("greeted a member on the political birthday"))
OATH_LOADED = event_type("ceremonies.oath_loaded", _("loaded the official text of the oath"))
