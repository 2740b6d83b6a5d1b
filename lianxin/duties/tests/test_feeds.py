"""Secret calendar addresses: whatever opens nothing looks the same, and an organisation's calendar names nobody."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from lianxin.duties.actions.feeds import open_feed, revoke_feed
from lianxin.duties.calendar import calendar_sources
from lianxin.duties.models import Feed
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import acting
from lianxin.members.actions.adding import add
from lianxin.members.tests.conftest import facts
from lianxin.organisations.models import Grant

TOLD = re.compile(r'nonce="[^"]*"|(?:value|content)="[A-Za-z0-9]{64}"|/duties/calendar/[^"<]*\.ics')
"""What differs on any two pages: keys of the page, and the address that was asked for."""


def address(secret):
    return reverse("own_duties:feed", args=[secret])


def refused(secret, client=None):
    """The refusal for an address, without what differs on any page: status, headers, text."""
    answer = (client or Client()).get(address(secret))
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in SAID_EACH_TIME}
    return answer.status_code, headers, TOLD.sub("", answer.content.decode())


SAID_EACH_TIME = {"content-security-policy", "content-length", "x-request-id", "server-timing"}


@pytest.fixture
def never_was(cast):
    """What somebody is told of an address that never was."""
    return refused("x" * 43)


def test_an_address_that_never_was_tells_nothing(never_was):
    status, _headers, text = never_was
    assert status == 404
    for word in ("柳树", "党支部", "secretary", "停用", "撤销", "过期"):
        assert word not in text


def test_a_revoked_and_a_replaced_address_look_as_if_they_had_never_been(cast, at, never_was):
    first = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at).secret
    second = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at).secret
    assert Client().get(address(second)).status_code == 200
    assert refused(first) == never_was
    revoke_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    assert refused(second) == never_was


def test_a_mistyped_address_and_what_the_database_holds_open_nothing(cast, at, never_was):
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    secret = opened.secret
    other = "A" if secret[-1] != "A" else "B"
    for wrong in (
        secret[:-1] + other,
        secret[:-1],
        secret + "A",
        secret.swapcase(),
        opened.feed.digest,
        str(opened.feed.id),
        str(cast.willow.id),
        "%20" + secret,
    ):
        assert refused(wrong) == never_was


def test_an_address_of_somebody_who_may_see_it_no_more_looks_the_same(cast, at, never_was):
    mine = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at).secret
    Grant.objects.filter(account=cast.secretary).update(organisation=cast.reed)
    assert refused(mine) == never_was
    theirs = open_feed(cast.actor("clerk"), organisation=cast.willow.id, at=at).secret
    Account.objects.filter(id=cast.clerk.id).update(is_active=False)
    assert refused(theirs) == never_was


def test_being_signed_in_as_somebody_else_changes_nothing(cast, at):
    secret = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at).secret
    revoke_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    for who in ("secretary", "clerk", "outsider", "stranger"):
        client = cast.client(who)
        assert refused(secret, client) == refused("y" * 43, client)


def test_nobody_makes_ends_or_sees_the_address_of_others(cast, at):
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    for name in ("duties:feed_open", "duties:feed_revoke"):
        url = reverse(name, args=[cast.willow.id])
        for who in ("outsider", "sibling"):
            assert cast.client(who).post(url).status_code in {302, 404}
    clerk = cast.client("clerk")
    assert clerk.post(reverse("duties:feed_revoke", args=[cast.willow.id])).status_code == 302
    assert Client().get(address(opened.secret)).status_code == 200
    assert Feed.objects.filter(revoked_at__isnull=True).count() == 1
    with acting(cast.actor("clerk")):
        assert not Feed.objects.exists()


def test_what_opens_nothing_is_looked_up_alike(cast, at):
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    revoke_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    counted = []
    for secret in (opened.secret, "z" * 43):
        Client().get(address(secret))
        with CaptureQueriesContext(connection) as captured:
            Client().get(address(secret))
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_the_calendar_of_an_organisation_names_no_member(cast, at, today):
    """Of everything that is registered in the product, not only of what a test registers."""
    joined = (today + timedelta(days=5)).replace(year=today.year - 20)
    add(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        facts=facts(name="欧阳建国", joined_on=joined, converted_on=joined.replace(year=joined.year + 1)),
        since=date(today.year - 1, 1, 1),
        at=at - timedelta(hours=1),
    )
    shown = cast.client("secretary").get(reverse("duties:calendar", args=[cast.willow.id]), {"month": f"{today:%Y-%m}"})
    secret = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at).secret
    given = Client().get(address(secret)).content
    assert Calendar.from_ical(given).walk("VCALENDAR")
    assert "欧阳建国" not in given.decode()
    assert (today + timedelta(days=5)).month != today.month or "欧阳建国" in shown.content.decode()


def test_each_source_has_said_whether_it_names_persons():
    """A new source belongs here, after somebody has asked whether its entries for organisations name anybody."""
    assert {one.key: one.names_persons for one in calendar_sources() if one.organisation is not None} == {
        "activities.activities": False,
        "activities.groups": False,
        "activities.resolutions": True,
        "appraisals": False,
        "political_birthdays": True,
        "preparations": True,
        "terms": False,
    }
