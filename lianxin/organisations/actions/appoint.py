"""The first administrators: made by the console, which alone may do so without a second person; the log says so."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.actions.administration import create_account
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import ADMINISTRATORS, Actor, Role
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.grants import give_grant
from lianxin.organisations.actions.set_up import set_up
from lianxin.organisations.models import Organisation

CONSOLE = "lianxin appoint"


@dataclass(frozen=True, slots=True)
class Appointed:
    """Who was appointed where; `password` is the temporary one of a new account, shown once, else empty."""

    username: str
    role: Role
    organisation: str
    password: str


@transaction.atomic
def appoint(*, username: str, name: str, role: Role, organisation: str, founding: str, at: datetime) -> Appointed:
    """Give one of the administrators' roles at a topmost organisation, making the account where there is none.

    `organisation` is its code, empty for the only one. Where there is none at all, `founding` names the one to set up.

    Raises:
        InvalidInput: the role is not an administrator's; the organisation is unknown; separated duties forbid it.
        Conflict: the account holds the role already.
    """
    if role not in ADMINISTRATORS:
        raise InvalidInput(
            {"role": _("The console appoints administrators; they give every other role on the screen.")}
        )
    actor = Actor.system(CONSOLE)
    place = _place(actor, organisation, founding, at=at)
    account, password = Account.objects.filter(username__iexact=username.strip()).first(), ""
    if account is None:
        account, password = create_account(actor, username=username, name=name or username, at=at)
    give_grant(
        actor,
        account=account.pk,
        role=role,
        organisation=place.pk,
        below=True,
        valid_from=day_of(at),
        valid_until=None,
        reason=CONSOLE,
        at=at,
    )
    return Appointed(account.username, role, place.name, password)


def _place(actor: Actor, code: str, founding: str, *, at: datetime) -> Organisation:
    tops = Organisation.objects.filter(depth=1)
    if not tops.exists() and founding:
        new = NewOrganisation(name=founding, org_type="grassroots_committee", code=code)
        return set_up(actor, parent=None, new=new, effective_on=day_of(at), document_no=CONSOLE, reason=CONSOLE, at=at)
    found = list(tops.filter(code=code) if code else tops[:2])
    if len(found) != 1:
        raise InvalidInput(
            {
                "organisation": _(
                    "Name one topmost organisation by its code, or the first one by its full name to set it up."
                )
            }
        )
    return found[0]
