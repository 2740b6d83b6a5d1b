"""What is due, for programs: read only. What meets a duty is recorded where it is held."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from lianxin.duties.models import DutyRow
from lianxin.duties.permissions import VIEW
from lianxin.duties.queries.due import duties_within, state_of
from lianxin.duties.queries.listing import DUTIES
from lianxin.kernel.rest import PROBLEMS, ApiRequest, endpoint, page_of
from lianxin.kernel.time import today

router = Router()


class DutyListed(Schema):
    """A duty of an organisation in a period. `state` is met, running, late, coming or none."""

    organisation: UUID
    key: str
    period_start: date
    period_end: date
    rule: str
    state: str
    withdrawn: str
    met_on: date | None
    met_by: UUID | None


class DutyPage(Schema):
    """A page of duties."""

    items: list[DutyListed]
    next: str | None


def listed(row: DutyRow) -> DutyListed:
    """A duty as a list shows it."""
    return DutyListed(
        organisation=row.organisation_id,
        key=row.key,
        period_start=row.period_start,
        period_end=row.period_end,
        rule=row.rule,
        state=state_of(row, today()),
        withdrawn=row.withdrawn,
        met_on=row.met_on,
        met_by=row.met_by,
    )


@router.get("", response={200: DutyPage, **PROBLEMS}, summary="List duties")
@endpoint(VIEW, listing=DUTIES)
def list_duties(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """What the account's organisations have to do, and what was done."""
    return page_of(request, response, DUTIES, duties_within(request.auth).select_related("organisation"), listed)
