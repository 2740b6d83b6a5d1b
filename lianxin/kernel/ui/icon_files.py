"""Icons as inline SVG: no font, no request, the colour of the text around them."""

from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"


class UnknownIcon(LookupError):  # noqa: N818 - it says what is wrong
    """There is no file of that name in kernel/ui/icons."""


@cache
def icon_svg(name: str) -> SafeString:
    """The icon's SVG, hidden from screen readers because a word stands beside it or names the button.

    Raises:
        UnknownIcon: no such icon; add its file to kernel/ui/icons.
    """
    path = FOLDER / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise UnknownIcon(f"There is no icon “{name}” in {FOLDER.name}/. Copy it from Tabler Icons first.")
    svg = path.read_text(encoding="utf-8").strip()
    marked = svg.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1)
    return mark_safe(marked)  # noqa: S308 - the files are ours


def icon_names() -> list[str]:
    """Every icon there is, in order of name."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
