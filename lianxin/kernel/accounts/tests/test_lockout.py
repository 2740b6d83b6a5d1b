"""The vectors of the security facts, to the second, without a clock: time is passed in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connections, transaction

from lianxin.kernel.accounts import lockout
from lianxin.kernel.accounts.actions.sign_in import record_sign_in, try_password
from lianxin.kernel.accounts.tests.conftest import at
from lianxin.kernel.models import Event

FAILURES = ["10:00:00", "10:03:00", "10:06:00", "10:09:00", "10:12:00"]


def fail(name, clock, address="192.0.2.1"):
    return try_password(name, lambda: None, address=address, at=at(clock))


def lock(name):
    for clock in FAILURES[:-1]:
        assert fail(name, clock) is None
    with pytest.raises(ValidationError, match="10:27"):
        fail(name, FAILURES[-1])


def test_five_failures_within_fifteen_minutes_lock_until_10_27(account):
    lock("wangxl")
    with pytest.raises(ValidationError, match="10:27"):
        try_password("wangxl", lambda: account, address="192.0.2.1", at=at("10:26:59"))
    assert try_password("wangxl", lambda: account, address="192.0.2.1", at=at("10:27:00")) == account


def test_a_locked_door_does_not_look_at_the_password(account):
    lock("wangxl")

    def never():
        raise AssertionError

    with pytest.raises(ValidationError):
        try_password("wangxl", never, address="192.0.2.1", at=at("10:20:00"))


def test_the_lock_is_the_same_by_phone_and_by_any_spelling_of_the_name(account):
    lock("12345678901")
    for name in ("wangxl", "WangXL", "123 4567 8901", "+8612345678901"):
        with pytest.raises(ValidationError):
            try_password(name, lambda: account, address="192.0.2.9", at=at("10:20:00"))


def test_an_unknown_name_is_locked_just_the_same(db):
    lock("nobody-here")


def test_a_failure_fifteen_minutes_old_no_longer_counts(account):
    for clock in ["10:00:00", "10:03:00", "10:06:00", "10:09:00", "10:15:00"]:
        assert fail("wangxl", clock) is None
    with pytest.raises(ValidationError):
        fail("wangxl", "10:15:01")


def test_refused_attempts_do_not_prolong_the_lock(account):
    lock("wangxl")
    with pytest.raises(ValidationError):
        fail("wangxl", "10:26:00")
    assert try_password("wangxl", lambda: account, address="192.0.2.1", at=at("10:27:00")) == account


def test_after_a_lock_counting_begins_anew(account):
    lock("wangxl")
    for clock in ["10:27:00", "10:27:01", "10:27:02", "10:27:03"]:
        assert fail("wangxl", clock) is None


def test_signing_in_forgets_the_failures(account):
    for clock in FAILURES[:-1]:
        fail("wangxl", clock)
    record_sign_in(account, address="192.0.2.1", means="password", at=at("10:10:00"))
    assert fail("wangxl", "10:11:00") is None


def test_an_address_is_locked_after_ten_times_as_many_failures(account):
    for number in range(49):
        assert fail(f"guess-{number}", "10:00:00") is None
    with pytest.raises(ValidationError):
        fail("guess-49", "10:00:00")
    with pytest.raises(ValidationError):
        try_password("wangxl", lambda: account, address="192.0.2.1", at=at("10:01:00"))
    assert try_password("wangxl", lambda: account, address="192.0.2.2", at=at("10:01:00")) == account


def test_failures_and_the_lock_are_recorded_without_the_typed_name(account):
    lock("wangxl")
    fail("Secret-Password-9", "10:00:00", address="192.0.2.7")
    kinds = list(Event.objects.filter(subject_id=account.pk).order_by("id").values_list("kind", flat=True))
    assert kinds == ["accounts.sign_in_failed"] * 5 + ["accounts.locked"]
    assert not [row for row in Event.objects.all() if "secret" in f"{row.data}{row.actor_name}".lower()]


def test_guesses_sent_together_take_turns(account):
    waited = []

    def meanwhile():
        try:
            with transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                lockout.hold(lockout.account_key(account.pk))
        except OperationalError as error:
            waited.append(str(error))
        finally:
            connections.close_all()

    def check():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(meanwhile).result()
        return account

    assert try_password("wangxl", check, address="192.0.2.1", at=at("10:00:00")) == account
    assert "lock timeout" in waited[0]


def test_the_sentence_names_the_minute_in_shanghai(account):
    assert "10:28" in lockout.locked_sentence(at("10:27:01"))
    assert "10:27" in lockout.locked_sentence(at("10:27:00"))
