"""Political birthdays: found by day, shown where the actor may see them, greeted by a person only."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.ceremonies.actions.greeting import greet
from lianxin.ceremonies.models import Anniversary, Greeting
from lianxin.ceremonies.queries.birthdays import (
    birthdays,
    birthdays_below,
    days_shown,
    greets_for,
    medal_candidates,
    near_birthday,
)
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible, Refusal
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.members.facade import Member, leave
from lianxin.messaging.facade import unread
from lianxin.messaging.models import Message
from lianxin.messaging.tests.conftest import new_members
from lianxin.organisations.facade import move as move_organisation

AT = datetime(2026, 6, 30, 4, 0, tzinfo=UTC)
JULY = {"since": date(2026, 7, 1), "until": date(2026, 7, 31)}


@pytest.fixture
def members(cast, at):
    """Two of the willow, one of the reed, joined on 1 and 29 July and on a leap day."""
    first, second = (
        new_members([name], cast.willow, at, joined_on=joined, converted_on=converted)[0]
        for name, joined, converted in (
            ("李伟", date(1975, 7, 1), date(1976, 7, 1)),
            ("王红", date(1996, 2, 29), date(1997, 2, 28)),
        )
    )
    (far,) = new_members(["赵强"], cast.reed, at, joined_on=date(1975, 7, 29), converted_on=date(1976, 7, 2))
    return first, second, far


def seen(cast, who, **given):
    with acting(cast.actor(who)):
        return [one.name for one in birthdays(cast.actor(who), **{**JULY, **given})]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("clerk", ["李伟", "赵强"]),
        ("viewer", ["李伟", "赵强"]),
        ("town_clerk", ["李伟"]),
        ("secretary", ["李伟"]),
        ("sibling", []),
        ("outsider", ["赵强"]),
        ("stranger", []),
        ("expired", []),
    ],
)
def test_each_of_the_cast_sees_those_in_reach(cast, members, who, names):
    assert seen(cast, who) == names


def test_without_a_condition_of_ours_the_database_shows_no_more(cast, members):
    for who, number in (("secretary", 2), ("outsider", 1), ("sibling", 0), ("stranger", 0)):
        with acting(cast.actor(who)):
            assert Anniversary.objects.count() == number


def test_a_leap_day_is_kept_on_28_february_in_common_years(cast, members):
    assert seen(cast, "secretary", since=date(2026, 2, 28), until=date(2026, 2, 28)) == ["王红"]
    assert seen(cast, "secretary", since=date(2028, 2, 28), until=date(2028, 2, 28)) == []
    assert seen(cast, "secretary", since=date(2028, 2, 29), until=date(2028, 2, 29)) == ["王红"]
    assert days_shown(date(2026, 12, 30), date(2027, 1, 2)) == {
        1230: date(2026, 12, 30),
        1231: date(2026, 12, 31),
        101: date(2027, 1, 1),
        102: date(2027, 1, 2),
    }


def test_nobody_has_one_in_the_year_of_joining(cast, at):
    new_members(["新党员"], cast.willow, at, joined_on=date(2026, 7, 3), converted_on=None)
    assert seen(cast, "secretary") == []
    assert seen(cast, "secretary", since=date(2027, 7, 1), until=date(2027, 7, 31)) == ["新党员"]


def test_days_follow_the_register_and_go_with_who_leaves(cast, members, at, today):
    clerk = cast.actor("clerk")
    with acting(clerk):
        leave(clerk, member=members[0], exit_type="expelled", since=today, reason="决定", at=at)
        assert not Anniversary.objects.filter(member=members[0]).exists()
    move_organisation(
        Actor.system("tests"),
        organisation=cast.willow.id,
        parent=cast.south.id,
        effective_on=today,
        document_no="1",
        reason="调整",
        at=at,
    )
    assert seen(cast, "outsider", since=date(2026, 2, 1), until=date(2026, 2, 28)) == ["王红"]


def test_the_table_says_what_the_register_says(cast, members, at):
    new_members(["甲", "乙"], cast.poplar, at, person_category="probationary", converted_on=None)
    for row in Member.objects.all():
        kept = Anniversary.objects.get(member=row)
        assert kept.organisation_path == row.organisation_path
        assert kept.month_day == row.joined_on.month * 100 + row.joined_on.day
        expected = None if row.person_category == "probationary" else row.converted_on or row.joined_on
        assert kept.party_age_from == expected


def test_a_list_takes_as_many_queries_for_many_as_for_one(cast, members, at):
    counts, clerk = [], cast.actor("clerk")
    for _size in range(2):
        with acting(clerk), CaptureQueriesContext(connection) as queries:
            birthdays(clerk, **JULY)
        counts.append(len(queries))
        new_members(["甲", "乙", "丙"], cast.poplar, at, joined_on=date(1999, 7, 9), converted_on=date(2000, 7, 9))
    assert counts[0] == counts[1] == 3


def test_the_days_are_counted_by_organisation_in_two_queries(cast, members, at):
    clerk = cast.actor("clerk")
    for more in (0, 3):
        new_members(
            ["甲", "乙", "丙"][:more], cast.poplar, at, joined_on=date(1999, 7, 9), converted_on=date(2000, 7, 9)
        )
        with acting(clerk), CaptureQueriesContext(connection) as queries:
            found = birthdays_below(clerk, **JULY, place=cast.county)
        assert len(queries) == 2
        assert {one.organisation: one.people for one in found} == {cast.north.pk: 1 + more, cast.south.pk: 1}
    with acting(cast.actor("secretary")):
        assert greets_for(cast.actor("secretary")) == [cast.willow.pk]
    with acting(clerk):
        assert greets_for(clerk) == []


def test_the_medal_counts_full_years_on_1_july(cast, members):
    def names(year, **given):
        with acting(cast.actor("clerk")):
            return [one.name for one in medal_candidates(cast.actor("clerk"), year=year, **given)]

    assert names(2026) == ["李伟"]  # Party age since 1 July 1976
    assert names(2027) == ["赵强"]  # since 2 July 1976
    assert names(2025) == []
    assert names(2027, is_all=True) == ["赵强", "李伟"]


@pytest.fixture
def account(members):
    account = Account.objects.create_account("liwei", None, name="李伟")
    Account.objects.filter(pk=account.pk).update(member_id=members[0])
    Member.objects.filter(pk=members[0]).update(account=account)
    account.refresh_from_db()
    return account


def greeted(cast, member, who="secretary", *, way="message", text="祝贺", at=AT):
    with acting(cast.actor(who)):
        return greet(cast.actor(who), member=member, way=way, text=text, at=at)


def test_a_greeting_goes_to_the_member_alone_and_is_recorded(cast, members, account):
    greeting = greeted(cast, members[0])
    assert greeting.year == 2026
    message = Message.objects.get()
    assert [one.account_id for one in message.recipients.all()] == [account.pk]
    with acting(actor_of(account)):
        assert unread(actor_of(account)) == 1
    assert Event.objects.get(kind="ceremonies.greeted").subject_id == members[0]
    with acting(cast.actor("secretary")):
        assert [one.is_greeted for one in birthdays(cast.actor("secretary"), **JULY)] == [True]


@pytest.mark.parametrize(
    ("who", "refusal"), [("sibling", NotVisible), ("outsider", NotVisible), ("viewer", NotPermitted)]
)
def test_who_may_not_greet_changes_nothing(cast, members, account, who, refusal):
    with pytest.raises(refusal):
        greeted(cast, members[0], who)
    assert not Greeting.objects.exists()
    assert not Message.objects.exists()


def test_a_second_greeting_an_empty_one_and_one_far_from_the_day_are_refused(cast, members, account):
    for given, refusal in (({"text": " "}, InvalidInput), ({"at": datetime(2026, 3, 1, tzinfo=UTC)}, InvalidInput)):
        with pytest.raises(refusal):
            greeted(cast, members[0], **given)
    greeted(cast, members[0])
    with pytest.raises(Conflict):
        greeted(cast, members[0], "town_clerk")
    assert Greeting.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(
    ("now", "on", "years"),
    [
        (datetime(2026, 12, 20, 4, tzinfo=UTC), date(2027, 1, 5), 32),
        (datetime(2027, 1, 20, 4, tzinfo=UTC), date(2027, 1, 5), 32),
        (datetime(2026, 1, 20, 4, tzinfo=UTC), date(2026, 1, 5), 31),
    ],
)
def test_page_draft_and_greeting_speak_of_the_same_day_at_the_turn_of_the_year(cast, at, monkeypatch, now, on, years):
    (member,) = new_members(["孙丽"], cast.willow, at, joined_on=date(1995, 1, 5), converted_on=date(1996, 1, 5))
    monkeypatch.setattr("lianxin.ceremonies.views.birthdays.today", lambda: day_of(now))
    page = cast.client("secretary").get(reverse("ceremonies:greet", args=[member]))
    assert page.context["on"] == on
    assert page.context["years"] == years
    assert f"{years}" in page.context["form"].initial["text"]
    assert greeted(cast, member, way="in_person", text="", at=now).year == on.year


def test_a_birthday_on_a_leap_day_has_its_years_in_a_common_year(cast, members):
    assert near_birthday(date(1996, 2, 29), date(2026, 2, 20)) == date(2026, 2, 28)
    assert near_birthday(date(1996, 2, 29), date(2026, 6, 1)) is None
    assert near_birthday(date(2026, 12, 28), date(2027, 1, 3)) is None  # nobody has one in the year of joining


def test_who_has_no_account_is_greeted_in_person(cast, members):
    with pytest.raises(Refusal):
        greeted(cast, members[0])
    assert not Message.objects.exists()
    assert greeted(cast, members[0], way="in_person", text="").text == ""
