"""Making and revoking tokens. A token is its owner's; nobody makes one for somebody else."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.api.authentication import PREFIX, digest_of_token
from lianxin.api.doors import offered
from lianxin.api.events import TOKEN_EXPIRED, TOKEN_MADE, TOKEN_REVOKED
from lianxin.api.models import Token
from lianxin.api.permissions import MANAGE
from lianxin.api.queries import token_for, working
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, Sentence
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI, add_years, day_of

MOST_TOKENS = 20
"""Source: our own choice; a token for each program, not one for each of its runs."""
LONGEST_YEARS = 1
SECRET_BYTES = 32


@transaction.atomic
def make_token(
    actor: Actor, *, name: str, permissions: Collection[str], last_day: date, at: datetime
) -> tuple[Token, str]:
    """A new token of the actor's, and its text, which is not kept and cannot be shown again.

    Raises:
        NotPermitted: the actor may not let programs act, or is a program.
        InvalidInput: no name, permissions the actor does not hold, a last day that lies behind or too far ahead.
        Conflict: the actor has very many tokens.
    """
    account = _owner(actor)
    _check(actor, name=name, permissions=permissions, last_day=last_day, today=day_of(at))
    if Token.objects.filter(working(at), account=account).count() >= MOST_TOKENS:
        raise Conflict(
            ngettext(
                "You have %(most)d token. Revoke one that is not used any more.",
                "You have %(most)d tokens. Revoke those that are not used any more.",
                MOST_TOKENS,
            )
            % {"most": MOST_TOKENS}
        )
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token.objects.create(
        account=account,
        name=name.strip(),
        digest=digest_of_token(text),
        tail=text[-4:],
        permissions=sorted(set(permissions)),
        created_at=at,
        expires_at=datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=SHANGHAI),
    )
    data = {"token": token.pk, "name": token.name, "permissions": token.permissions, "last_day": last_day}
    record(actor, TOKEN_MADE, at=at, subject=account.pk, organisation=None, data=data)
    return token, text


@transaction.atomic
def revoke_token(actor: Actor, *, token: UUID, at: datetime) -> Token:
    """End one of the actor's own tokens at once.

    Raises:
        NotPermitted: the actor may not let programs act, or is a program.
        NotVisible: there is no such token of the actor's.
        Conflict: it ended already.
    """
    account = _owner(actor)
    found = Token.objects.select_for_update().get(pk=token_for(actor, token).pk)
    if found.revoked_at is not None or found.expires_at <= at:
        raise Conflict(_("This token has ended already."))
    found.revoked_at = at
    found.save(update_fields=["revoked_at"])
    data = {"token": found.pk, "name": found.name}
    record(actor, TOKEN_REVOKED, at=at, subject=account.pk, organisation=None, data=data)
    return found


@transaction.atomic
def revoke_tokens_of(actor: Actor, *, account: Account, closed: bool, at: datetime) -> None:  # noqa: ARG001 - the hook's
    """End every token that acts for an account whose password or second factor is reset, or which is closed.

    Whoever took the account over may have made one; it would outlive what is meant to keep them out.
    """
    with acting(Actor.system("tokens of an account")):  # tokens belong to their owners alone
        for token in Token.objects.select_for_update().filter(working(at), account=account).order_by("id"):
            token.revoked_at = at
            token.save(update_fields=["revoked_at"])
            data = {"token": token.pk, "name": token.name}
            record(actor, TOKEN_REVOKED, at=at, subject=account.pk, organisation=None, data=data)


@transaction.atomic
def end_expired_tokens(*, at: datetime) -> int:
    """Write down that tokens expired since the last time; how many. They stopped working at that instant already."""
    actor = Actor.system("api.end_expired_tokens")
    over = list(Token.objects.select_for_update().filter(revoked_at__isnull=True, expires_at__lte=at).order_by("id"))
    for token in over:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        data = {"token": token.pk, "name": token.name}
        record(actor, TOKEN_EXPIRED, at=at, subject=token.account_id, organisation=None, data=data)
    return len(over)


def _owner(actor: Actor) -> Account:
    """The account behind the actor, locked, so that two acts cannot slip past the number of tokens."""
    if actor.token_id is not None or actor.account_id is None or not actor.may_somewhere(MANAGE):
        raise NotPermitted(_("Tokens are made by people who hold the permission for it, not by programs."))
    return Account.objects.select_for_update().get(pk=actor.account_id)


def _check(actor: Actor, *, name: str, permissions: Collection[str], last_day: date, today: date) -> None:
    wrong: dict[str, Sentence] = {}
    longest = Token._meta.get_field("name").max_length or 0  # noqa: SLF001 - Django's documented model API
    if not name.strip():
        wrong["name"] = _("Say which program it is for, so that you know it again.")
    elif len(name.strip()) > longest:
        wrong["name"] = _("At most %(longest)d characters.") % {"longest": longest}
    if not permissions:
        wrong["permissions"] = _("Choose at least one thing that the program may do.")
    elif set(permissions) - {one.name for one in offered(actor)}:
        wrong["permissions"] = _("A program may not do more than you may.")
    if last_day < today:
        wrong["last_day"] = _("The last day lies in the past.")
    elif last_day > add_years(today, LONGEST_YEARS):
        wrong["last_day"] = _("A token works for a year at most; make a new one then.")
    if wrong:
        raise InvalidInput(wrong)
