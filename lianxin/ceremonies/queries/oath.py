"""The official text of the oath: from the file the operator named, or as an administrator loaded it. Never ours."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lianxin.ceremonies.models import OathText

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Oath:
    """The text, line by line, and where it is from. `problem` says why there is none."""

    lines: tuple[str, ...] = ()
    source: str = ""
    loaded_at: datetime | None = None
    problem: str = ""


def oath() -> Oath:
    """The text to be shown. The operator's file comes before what was loaded on screen. One query at most."""
    if settings.OATH_TEXT:
        path = Path(settings.OATH_TEXT)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return Oath(
                problem=_("The file named in LIANXIN_OATH_TEXT cannot be read as UTF-8. Tell the administrator.")
            )
        if not text.strip() or len(text) > LONGEST:
            return Oath(
                problem=_("The file named in LIANXIN_OATH_TEXT is empty or far too long. Tell the administrator.")
            )
        return Oath(_lines(text), path.name)
    found = OathText.objects.order_by("-id").first()
    if found is None:
        return Oath(problem=_("The official text has not been loaded yet."))
    return Oath(_lines(found.text), found.source, found.loaded_at)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
