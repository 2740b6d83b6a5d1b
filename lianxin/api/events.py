"""What can happen to tokens, in the words of a timeline."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

TOKEN_MADE = event_type("api.token_made", _("let a program act with a token"))
TOKEN_REVOKED = event_type("api.token_revoked", _("revoked the token of a program"))
TOKEN_EXPIRED = event_type("api.token_expired", _("the token of a program expired"))
