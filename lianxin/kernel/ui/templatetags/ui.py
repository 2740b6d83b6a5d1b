"""Template tags and filters of the interface. Built in: no `{% load %}` is needed in our templates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.contrib.messages import constants as levels
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lianxin.kernel.ui.icon_files import icon_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.messages.storage.base import Message
    from django.forms import BoundField
    from django.template.base import Parser, Token

    from lianxin.kernel.web.listing import Listing

register = template.Library()

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "users" %}`: an inline SVG of kernel/ui/icons, the size and colour of the text."""
    return icon_svg(name)


class RepeatedBlock(template.Node):
    """Draws a block a second time: the title of a page is also its heading."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        """The block as the most specific template defines it; nothing where there is none."""
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        if block is None:
            return SafeString("")
        with context.push():
            drawn: SafeString = block.nodelist.render(context)
            return drawn


@register.tag
def repeat_block(_parser: Parser, token: Token) -> RepeatedBlock:
    """`{% repeat_block title %}`: what `{% block title %}` holds, once more."""
    return RepeatedBlock(token.split_contents()[1])


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


@register.filter
def long_date(value: date | datetime | None) -> str:
    """A date in running text: 2026年11月21日, or 21 November 2026. Instants are shown in the product's time zone."""
    if not value:
        return ""
    day = _local(value)
    if _is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@register.filter
def short_date(value: date | datetime | None) -> str:
    """A date in a table: 2026-11-21."""
    return f"{_local(value):%Y-%m-%d}" if value else ""


@register.filter
def long_time(value: datetime | None) -> str:
    """An instant in running text: 2026年11月21日 15:04."""
    return f"{long_date(value)} {_local(value):%H:%M}" if value else ""


@register.filter
def short_time(value: datetime | None) -> str:
    """An instant in a table: 2026-11-21 15:04."""
    return f"{_local(value):%Y-%m-%d %H:%M}" if value else ""


@register.filter
def yuan(value: Decimal | float | str | None) -> str:
    """Money as people write it: 1,234.50 元 (in English "1,234.50 yuan"). None is empty."""
    if value is None or value == "":
        return ""
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return ""
    return f"{amount:,.2f} {'元' if _is_chinese() else 'yuan'}"


@register.filter
def figure(value: int | None) -> str:
    """A whole number with separators: 19,000."""
    return "" if value is None else f"{value:,}"


@register.filter
def entry(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key that is itself a variable; an empty list where there is none."""
    return mapping.get(key, [])


@register.filter
def has_search(listing: Listing[Any]) -> bool:
    """Whether a list can be searched: a template would call `listing.search` instead of looking at it."""
    return listing.search is not None


@register.filter
def state_of(message: Message) -> str:
    """The state a Django message is shown in: ok, due, late or info."""
    states = {levels.SUCCESS: "ok", levels.WARNING: "due", levels.ERROR: "late"}
    return states.get(message.level, "info")


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field with our classes and with what screen readers need."""
    widget = field.field.widget
    given = str(widget.attrs.get("class", ""))
    if isinstance(widget, forms.CheckboxInput):
        wanted = "form-check-input"
    elif isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        wanted = ""
    elif isinstance(widget, forms.Select):
        wanted = "form-select"
    else:
        wanted = "form-control"
    attrs: dict[str, str | bool] = {"class": f"{wanted} {given}".strip()}
    return field.as_widget(attrs=attrs)


@register.filter
def control_kind(field: BoundField) -> str:
    """How the field is laid out: "hidden", "box" (one tick), "choices" (a list of ticks) or "line"."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "box"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    return "line"
