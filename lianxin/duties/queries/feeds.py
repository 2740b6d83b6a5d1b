"""What a secret calendar address gives to a calendar program."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event

from lianxin.duties.calendar import Entry
from lianxin.duties.models import Feed
from lianxin.duties.permissions import VIEW
from lianxin.duties.queries.months import entries_of_member, entries_of_organisation
from lianxin.duties.secret import digest_of_secret
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Refusal
from lianxin.kernel.web.actors import actor_of
from lianxin.organisations.facade import organisation_for

BEFORE, AHEAD = timedelta(days=31), timedelta(days=366)


def feed_in_force(actor: Actor, organisation: UUID | None = None) -> Feed | None:
    """The actor's address of the calendar, if one was made. One query."""
    if actor.account_id is None:
        return None
    rows = Feed.objects.filter(account_id=actor.account_id, revoked_at__isnull=True)
    return rows.filter(organisation=organisation).first()


def calendar_of(secret: str, *, on: date, at: datetime, site: str) -> bytes | None:
    """The calendar behind a secret address as iCalendar; None where the address is none, or opens nothing any more.

    It holds what the account itself would see now: who lost a role loses the calendar with it. Titles and rules only.
    """
    with acting(Actor.system("finding a calendar address")):  # whose it is shows only when it is found
        feed = (
            Feed.objects.select_related("account")
            .filter(digest=digest_of_secret(secret), revoked_at__isnull=True)
            .first()
        )
        if feed is None or not feed.account.is_active:
            return None
        actor = actor_of(feed.account)
    with acting(actor):
        try:
            entries = _entries(actor, feed, on)
        except Refusal:
            return None
    return written(entries, at=at, site=site)


def _entries(actor: Actor, feed: Feed, on: date) -> list[Entry]:
    since, until = on - BEFORE, on + AHEAD
    if feed.organisation_id is None:
        return entries_of_member(actor, since=since, until=until)
    place = organisation_for(actor, feed.organisation_id, VIEW)
    return entries_of_organisation(actor, place, since=since, until=until, with_persons=False)


def written(entries: list[Entry], *, at: datetime, site: str) -> bytes:
    """Entries as iCalendar (RFC 5545), one event of a whole day each; `site` is the address before a path."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lianxin//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        event = Event()
        event.add("uid", uuid5(NAMESPACE_URL, f"{site}{entry.url}#{entry.on}#{entry.label}"))
        event.add("dtstamp", at)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("summary", str(entry.label))
        text = "\n".join(str(part) for part in (entry.why, entry.article) if part)
        if text:
            event.add("description", text)
        if entry.url:
            event.add("url", f"{site}{entry.url}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
