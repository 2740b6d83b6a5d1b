"""Secret calendar addresses: made, replaced, ended. Only a keyed digest is kept; the address is shown once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.duties.events import FEED_OPENED, FEED_REVOKED
from lianxin.duties.models import Feed
from lianxin.duties.permissions import OWN, VIEW
from lianxin.duties.secret import digest_of_secret
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.organisations.facade import Organisation, organisation_for

BYTES = 32


@dataclass(frozen=True, slots=True)
class OpenedFeed:
    """A new address: the row, and the secret that is shown this once."""

    feed: Feed
    secret: str


@transaction.atomic
def open_feed(actor: Actor, *, organisation: UUID | None = None, at: datetime) -> OpenedFeed:
    """Make the secret address of the actor's own calendar, or of an organisation's; the one before it ends.

    Raises:
        NotPermitted: there is no account, or a token may not do this.
        NotVisible: the organisation lies outside the actor's reach.
    """
    account = _account(actor)
    place = organisation_for(actor, organisation, VIEW) if organisation is not None else None
    _end(actor, account, organisation, at)
    secret = secrets.token_urlsafe(BYTES)
    feed = Feed.objects.create(account_id=account, organisation=place, digest=digest_of_secret(secret), created_at=at)
    _record(actor, FEED_OPENED, feed, place, at)
    return OpenedFeed(feed, secret)


@transaction.atomic
def revoke_feed(actor: Actor, *, organisation: UUID | None = None, at: datetime) -> bool:
    """End the secret address of the calendar; False where there was none.

    Raises:
        NotPermitted: there is no account, or a token may not do this.
    """
    return _end(actor, _account(actor), organisation, at)


def _account(actor: Actor) -> UUID:
    if actor.account_id is None or (actor.only is not None and OWN not in actor.only):
        raise NotPermitted(_("A calendar address belongs to an account; sign in to make one."))
    return actor.account_id


def _end(actor: Actor, account: UUID, organisation: UUID | None, at: datetime) -> bool:
    rows = Feed.objects.filter(account_id=account, organisation=organisation, revoked_at__isnull=True)
    ended = rows.select_for_update(of=("self",)).first()
    if ended is None:
        return False
    ended.revoked_at = at
    ended.save(update_fields=["revoked_at"])
    _record(actor, FEED_REVOKED, ended, None, at)
    return True


def _record(actor: Actor, kind: EventType, feed: Feed, place: Organisation | None, at: datetime) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=feed.id,
        organisation=feed.organisation_id,
        organisation_path=place.path if place is not None else "",
    )
