"""The cast of the tests: a small county that everybody knows, and people with their roles in it.

```
county   利津县委                       clerk (organisation department), viewer
├── north    北宋镇党委                 town_clerk, expired (role ended), revoked
│   ├── willow   柳树村党支部           secretary
│   └── poplar   杨树村党支部           sibling (secretary)
└── south    盐窝镇党委                 outsider (committee clerk of the other town)
    └── reed     芦苇村党支部           far_secretary
separated duties at the county: system_admin, security_admin, auditor
nobody's: stranger (an account without any role)
```

An outsider sees nothing of the north; a sibling not the neighbouring branch; an ancestor (clerk, town_clerk) sees what
is below; a descendant (secretary) nothing above; an expired or revoked role opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.authz import Actor, Role

if TYPE_CHECKING:
    from django.test import Client

    from lianxin.kernel.accounts.models import Account
    from lianxin.organisations.models import Organisation

FOUNDED = date(2000, 1, 1)
PASSWORD = "Willow-tree-2026"


def sign_in_now(client: Client) -> None:
    """Note in the session of a test's browser that its person gave the password just now."""
    from allauth.account.internal.flows.login import record_authentication  # noqa: PLC0415 - after the app registry
    from django.contrib.auth import get_user  # noqa: PLC0415 - the same
    from django.http import HttpRequest  # noqa: PLC0415 - the same

    request = HttpRequest()
    request.session = client.session
    request.user = get_user(request)  # type: ignore[arg-type]
    record_authentication(request, request.user, method="password")  # type: ignore[arg-type]
    request.session.save()


@dataclass
class Cast:
    """The county of the tests. Fields named after people are accounts; `actor` gives what they may do now."""

    county: Organisation
    north: Organisation
    south: Organisation
    willow: Organisation
    poplar: Organisation
    reed: Organisation
    clerk: Account
    viewer: Account
    town_clerk: Account
    secretary: Account
    sibling: Account
    outsider: Account
    far_secretary: Account
    system_admin: Account
    security_admin: Account
    auditor: Account
    expired: Account
    revoked: Account
    stranger: Account

    def actor(self, who: str) -> Actor:
        """The actor of one of the people, with the grants in force now."""
        from lianxin.kernel.web.actors import actor_of  # noqa: PLC0415 - after the app registry

        return actor_of(getattr(self, who))

    def client(self, who: str) -> Client:
        """A browser in which one of the people has just signed in."""
        from django.test import Client  # noqa: PLC0415 - after the app registry

        client = Client()
        client.force_login(getattr(self, who))
        sign_in_now(client)
        return client


@pytest.fixture
def at() -> datetime:
    """The instant of the acts in a test."""
    return datetime.now(UTC)


@pytest.fixture
def today() -> date:
    """The calendar day of the tests."""
    from lianxin.kernel.time import today as present  # noqa: PLC0415 - after the app registry

    return present()


@pytest.fixture
def cast(db: None, today: date, at: datetime) -> Cast:
    """The county with its people, in the database."""
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - after the app registry
    from lianxin.organisations.actions.facts import NewOrganisation  # noqa: PLC0415 - the same
    from lianxin.organisations.actions.set_up import Founding, set_up_many  # noqa: PLC0415 - the same
    from lianxin.organisations.models import Grant, Organisation  # noqa: PLC0415 - the same

    made: dict[str, Founding] = {}
    for key, parent, code, name, short_name, kind in (
        ("county", None, "370522", "中国共产党利津县委员会", "利津县委", "grassroots_committee"),
        ("north", "county", "370522101", "中共利津县北宋镇委员会", "北宋镇党委", "grassroots_committee"),
        ("south", "county", "370522102", "中共利津县盐窝镇委员会", "盐窝镇党委", "grassroots_committee"),
        ("willow", "north", "370522101201", "北宋镇柳树村党支部", "柳树村党支部", "branch"),
        ("poplar", "north", "370522101202", "北宋镇杨树村党支部", "杨树村党支部", "branch"),
        ("reed", "south", "370522102201", "盐窝镇芦苇村党支部", "芦苇村党支部", "branch"),
    ):
        made[key] = Founding(
            new=NewOrganisation(name=name, short_name=short_name, org_type=kind, code=code),
            parent=made[parent].id if parent else None,
            founded_on=FOUNDED,
            document_no="利组发〔2000〕1号",
            reason="建立组织",
        )
    set_up_many(Actor.system("tests"), foundings=list(made.values()), at=at - timedelta(days=1))
    places = {key: Organisation.objects.get(id=one.id) for key, one in made.items()}

    def account(who: str, role: Role | None, place: str | None, **grant: object) -> Account:
        person = Account.objects.create_account(who, PASSWORD, name=who)
        if role is not None and place is not None:
            facts = {"valid_from": FOUNDED, "reason": "tests", **grant}
            Grant.objects.create(account=person, role=role, organisation=places[place], **facts)
        return person

    return Cast(
        **places,
        clerk=account("clerk", Role.ORG_DEPARTMENT, "county"),
        viewer=account("viewer", Role.VIEWER, "county"),
        town_clerk=account("town_clerk", Role.COMMITTEE_CLERK, "north"),
        secretary=account("secretary", Role.SECRETARY, "willow"),
        sibling=account("sibling", Role.SECRETARY, "poplar"),
        outsider=account("outsider", Role.COMMITTEE_CLERK, "south"),
        far_secretary=account("far_secretary", Role.SECRETARY, "reed"),
        system_admin=account("system_admin", Role.SYSTEM_ADMINISTRATOR, "county"),
        security_admin=account("security_admin", Role.SECURITY_ADMINISTRATOR, "county"),
        auditor=account("auditor", Role.AUDITOR, "county"),
        expired=account("expired", Role.COMMITTEE_CLERK, "north", valid_until=today - timedelta(days=1)),
        revoked=account("revoked", Role.COMMITTEE_CLERK, "north", revoked_at=at),
        stranger=account("stranger", None, None),
    )
