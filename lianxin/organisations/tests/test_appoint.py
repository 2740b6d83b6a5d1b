"""The console appoints the first administrators, and the log says that it was the console."""

import pytest

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Role
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.models import Event
from lianxin.organisations.actions.appoint import appoint
from lianxin.organisations.models import Grant, Organisation

FOUNDED = "中国共产党利津县委员会"


@pytest.mark.django_db
def test_an_empty_platform_gets_its_organisation_and_its_first_administrator(at):
    facts = {"name": "张安", "role": Role.SECURITY_ADMINISTRATOR, "organisation": "", "at": at}
    with pytest.raises(InvalidInput):
        appoint(username="zhangan", founding="", **facts)
    done = appoint(username="zhangan", founding=FOUNDED, **facts)
    account = Account.objects.get(username="zhangan")
    assert account.check_password(done.password)
    assert account.must_change_password
    grant = Grant.objects.get(account=account)
    assert (grant.organisation.name, grant.granted_by) == (FOUNDED, None)
    assert {one.actor_name for one in Event.objects.all()} == {"lianxin appoint"}


def test_an_account_that_is_there_keeps_its_password(cast, at):
    done = appoint(username="Stranger", name="", role=Role.AUDITOR, organisation="", founding="", at=at)
    assert (done.password, done.organisation) == ("", cast.county.name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": Role.ORG_DEPARTMENT}, "role"),
        ({"username": "clerk"}, "role"),
        ({"organisation": "000"}, "organisation"),
        ({"organisation": "370522101"}, "organisation"),
    ],
)
def test_what_the_console_refuses_changes_nothing(cast, at, changes, field):
    facts = {"username": "fresh", "name": "", "role": Role.AUDITOR, "organisation": "", "founding": ""}
    before = Grant.objects.count(), Account.objects.count(), Organisation.objects.count()
    with pytest.raises(InvalidInput) as refused:
        appoint(**{**facts, **changes}, at=at)
    assert field in refused.value.fields
    assert (Grant.objects.count(), Account.objects.count(), Organisation.objects.count()) == before
