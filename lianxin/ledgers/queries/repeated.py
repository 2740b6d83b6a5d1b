"""What forms asked although it was held or asked elsewhere: for the inspection of burden."""

from dataclasses import dataclass
from datetime import date

from lianxin.kernel.time import SHANGHAI, add_months
from lianxin.ledgers.models import Question


@dataclass(frozen=True, slots=True)
class Twice:
    """A question that was asked in spite of a warning.

    `differs`: something alike is held, and this is why it was asked all the same. `also_asked`: titles of other open
    forms that asked the same organisations alike.
    """

    form: str
    by: str
    label: str
    differs: str
    also_asked: tuple[str, ...]
    organisations: int
    sent_on: date


def asked_twice(month: date) -> list[Twice]:
    """Questions of forms sent in the month of the day that were asked in spite of a warning; oldest first. One query.

    Exactly what is held cannot be asked at all, so it never stands here. In the scope of who asks.
    """
    first = month.replace(day=1)
    rows = (
        Question.objects.filter(form__sent_at__gte=_begins(first), form__sent_at__lt=_begins(add_months(first, 1)))
        .exclude(differs="", also_asked=[])
        .select_related("form")
        .order_by("form__sent_at", "form_id", "position")
    )
    return [
        Twice(
            row.form.title,
            row.form.organisation_name,
            row.label,
            row.differs,
            tuple(row.also_asked),
            row.form.organisations,
            row.form.sent_at.astimezone(SHANGHAI).date(),
        )
        for row in rows
        if row.form.sent_at is not None
    ]


def _begins(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+08:00"
