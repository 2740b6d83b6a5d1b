"""What the tests of messaging stand on: members of the willow branch, one of them with an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import day_of
from lianxin.members.facade import Member, add

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from lianxin.organisations.models import Organisation
    from tests.cast import Cast


@dataclass
class People:
    """Members of the willow branch: `wei` has an account, `hong` has none."""

    wei: UUID
    hong: UUID
    account: Account


def new_members(names: list[str], organisation: Organisation, at: datetime, **facts: object) -> list[UUID]:
    """Members of those names in the organisation."""
    given = {
        "sex": "1",
        "ethnic_group": "01",
        "birth_date": date(1970, 3, 4),
        "education": "61",
        "joined_on": date(1995, 7, 1),
        "converted_on": date(1996, 7, 1),
        **facts,
    }
    return [
        add(
            Actor.system("tests"),
            organisation=organisation.id,
            facts={"name": name, **given},
            since=day_of(at) - timedelta(days=400),
            at=at,
        ).pk
        for name in names
    ]


@pytest.fixture
def people(cast: Cast, at: datetime) -> People:
    wei, hong = new_members(["李伟", "王红"], cast.willow, at)
    account = Account.objects.create_account("wei", None, name="李伟")
    Account.objects.filter(pk=account.pk).update(member_id=wei)
    Member.objects.filter(pk=wei).update(account=account)
    account.refresh_from_db()
    return People(wei, hong, account)
