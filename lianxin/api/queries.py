"""Which tokens somebody has."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.api.models import Token
from lianxin.api.permissions import VIEW
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.authz.permissions import all_permissions
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.time import day_of, now
from lianxin.kernel.web.listing import ListColumn, Listing, Sort

WORKING, EXPIRED, REVOKED = "working", "expired", "revoked"
STATES: dict[str, Sentence] = {
    WORKING: gettext_lazy("works"),
    EXPIRED: gettext_lazy("expired"),
    REVOKED: pgettext_lazy("a token", "revoked"),
}


def working(at: datetime) -> Q:
    """Tokens that open doors at the instant."""
    return Q(revoked_at__isnull=True, expires_at__gt=at)


def own_tokens(actor: Actor) -> QuerySet[Token]:
    """The actor's own tokens, working or not."""
    return Token.objects.filter(account_id=actor.account_id) if actor.account_id else Token.objects.none()


def tokens_of_account(actor: Actor, *, account: UUID) -> list[tuple[Token, Sentence]] | None:
    """The programs that act for an account, each with its state: a panel of the account's page.

    None where there are none or the actor may not see them; that the account is seen was decided by its page.
    """
    if not actor.may_somewhere(VIEW):
        return None
    with acting(Actor.system("programs of an account")):  # tokens belong to their owners alone
        found = list(Token.objects.filter(account_id=account)[:50])
    at = now()
    return [(one, STATES[state_of_token(one, at)]) for one in found] or None


def token_for(actor: Actor, token: UUID) -> Token:
    """One of the actor's own tokens.

    Raises:
        NotVisible: there is none.
    """
    found = own_tokens(actor).filter(pk=token).first()
    if found is None:
        raise NotVisible(_("There is no such token of yours."))
    return found


def state_of_token(token: Token, at: datetime | None = None) -> str:
    """One of the three states of a token at the instant (now, if none is given)."""
    at = at or now()
    if token.revoked_at is not None and token.revoked_at < token.expires_at:
        return REVOKED
    return EXPIRED if token.expires_at <= at else WORKING


def last_day(token: Token) -> object:
    """The last day on which the token works."""
    return day_of(token.expires_at - timedelta(microseconds=1))


def may(token: Token) -> list[Sentence]:
    """What the token may do, in words; a permission that is no more shows its bare name."""
    words = {one.name: one.label for one in all_permissions()}
    return [words.get(name, name) for name in token.permissions]


TOKENS: Listing[Token] = Listing(
    name="tokens",
    columns=(
        ListColumn("name", gettext_lazy("Program"), lambda row: row.name),
        ListColumn("tail", gettext_lazy("Ends in"), lambda row: f"…{row.tail}"),
        ListColumn("may", gettext_lazy("May"), lambda row: len(row.permissions), kind="integer"),
        ListColumn("last_day", gettext_lazy("Last day"), last_day, kind="date"),
        ListColumn("used_at", gettext_lazy("Last used"), lambda row: row.used_at, template="api/token_used.html"),
        ListColumn(
            "state", gettext_lazy("State"), lambda row: STATES[state_of_token(row)], template="api/token_state.html"
        ),
    ),
    sorts=(Sort("made", gettext_lazy("Made"), ("id",)),),
)
