"""What the templates of duties ask of a row."""

from django import template

from lianxin.duties.models import DutyRow
from lianxin.duties.queries.due import DueItem
from lianxin.kernel.time import today

register = template.Library()


@register.filter
def tone(row: DutyRow) -> str:
    """The state of a duty today, as the interface colours it."""
    return DueItem(row, today()).tone
