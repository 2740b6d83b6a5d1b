"""What can happen to accounts, in the words of a timeline."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

SIGNED_IN = event_type("accounts.signed_in", _("signed in"))
SIGN_IN_FAILED = event_type("accounts.sign_in_failed", _("failed to sign in"))
LOCKED = event_type("accounts.locked", _("was locked after failed sign-ins"))
ADDRESS_LOCKED = event_type("accounts.address_locked", _("too many failed sign-ins from one address: address locked"))
SIGNED_OUT = event_type("accounts.signed_out", _("signed out"))
SESSION_ENDED = event_type("accounts.session_ended", _("ended a session"))
OTHER_SESSIONS_ENDED = event_type("accounts.other_sessions_ended", _("ended all other sessions"))
PASSWORD_CHANGED = event_type("accounts.password_changed", _("changed the password"))
SECOND_FACTOR_ADDED = event_type("accounts.second_factor_added", _("added a second factor"))
SECOND_FACTOR_REMOVED = event_type("accounts.second_factor_removed", _("removed a second factor"))
CREATED = event_type("accounts.created", _("created the account"))
DEACTIVATED = event_type("accounts.deactivated", _("deactivated the account"))
FELL_ASLEEP = event_type("accounts.fell_asleep", _("deactivated the account: nobody used it for too long"))
REACTIVATED = event_type("accounts.reactivated", _("reactivated the account"))
PASSWORD_RESET = event_type("accounts.password_reset", _("set a temporary password"))
UNLOCKED = event_type("accounts.unlocked", _("unlocked the account"))
SECOND_FACTOR_RESET = event_type("accounts.second_factor_reset", _("took off the second factor of the account"))
