import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.passwords import KEPT, temporary_password
from lianxin.kernel.accounts.tests.conftest import PASSWORD, PHONE
from lianxin.kernel.privacy.lookup import digest_of


@pytest.mark.parametrize(
    "password",
    ["Short-1234", "abcdefgh12-", "ABCDEFGH12-", "Abcdefghij1"],
)
def test_ten_characters_of_three_classes_are_enough(password, db):
    validate_password(password, Account(username="someone", name="某人"))


@pytest.mark.parametrize(
    "password",
    [
        "Shor-1234",
        "abcdefghij12",
        "ABCDEFGH-ABC",
        "xWangXL-2026",
        f"Ab-{PHONE}",
        "Ab-370522199001011234",
        "王秀兰-Abc2026x",
    ],
)
def test_weak_passwords_are_refused(password, account):
    with pytest.raises(ValidationError):
        validate_password(password, account)


def test_somebody_elses_phone_is_no_business_of_this_password(account):
    validate_password("Ab-12345678909", account)


def test_none_of_the_last_five_passwords_comes_back(account):
    for number in range(1, 5):
        account.set_password(f"{PASSWORD}-{number}")
        account.save()
    for again in (PASSWORD, f"{PASSWORD}-1", f"{PASSWORD}-4"):
        with pytest.raises(ValidationError, match="5"):
            validate_password(again, account)
    account.set_password(f"{PASSWORD}-5")
    account.save()
    validate_password(PASSWORD, account)


def test_saving_without_a_new_password_adds_no_history(account):
    account.name = "王秀蘭"
    account.save()
    assert account.earlier_passwords.count() == 1


def test_history_does_not_grow_without_end(account):
    account.earlier_passwords.bulk_create(
        type(account.earlier_passwords.get())(account=account, password="x", at=account.password_changed_at)
        for _number in range(KEPT + 5)
    )
    account.set_password(f"{PASSWORD}-1")
    account.save()
    assert account.earlier_passwords.count() == KEPT


def test_temporary_passwords_meet_the_rule_and_differ(db):
    made = {temporary_password() for _number in range(20)}
    assert len(made) == 20
    for password in made:
        validate_password(password, Account(username="someone", name="某人"))


def test_names_differ_whatever_their_case(account):
    from django.db import IntegrityError  # noqa: PLC0415 - only here

    with pytest.raises(IntegrityError):
        Account.objects.create_account("WANGXL", None, name="x", phone_digest=digest_of("phone", "1"))
