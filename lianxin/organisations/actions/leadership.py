"""Who leads: the columns of an organisation that follow its posts."""

from uuid import UUID

from lianxin.organisations.models import Organisation


def set_leadership(*, organisation: UUID, secretary: str, committee_seats: int) -> None:
    """Write who is secretary and how many seats of the committee are filled.

    The members module owns posts; its actions call this inside their own transaction and record the event there.
    """
    Organisation.objects.filter(id=organisation).update(secretary=secretary, committee_seats=committee_seats)
