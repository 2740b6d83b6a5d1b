"""Minutes as PDF/A-3a with their content attached: set by Typst from `minutes.typ`, fonts of our own, no network."""

import json
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext as _

from lianxin.activities.documents.shown import Shown
from lianxin.kernel.errors import Conflict

TEMPLATE = Path(__file__).parent / "minutes.typ"
FONTS = "frontend/dist/fonts"
FACES = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf")


def pdf_of(shown: Shown, *, content: str, at: datetime) -> bytes:
    """The PDF. `content` is attached byte by byte as minutes.json; empty (a draft) attaches nothing.

    Where a character is in none of our fonts it prints as a box, and the file is then no PDF/A; the data has it.

    Raises:
        Conflict: the fonts are missing, because the pages were not built.
    """
    given = {"shown": json.dumps(shown.plain(), ensure_ascii=False), "content": content, "qr": qr_svg(shown.address)}
    stamp = at.replace(microsecond=0)
    compiler = typst.Compiler(
        TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=given
    )
    try:
        made = compiler.compile(pdf_standards="a-3a", timestamp=stamp)
    except typst.TypstError as refusal:
        if "could not be displayed" not in str(refusal):
            raise
        made = compiler.compile(timestamp=stamp)
    if not isinstance(made, bytes):
        raise TypeError("Typst gives the bytes of one PDF.")
    return made


def qr_svg(address: str) -> str:
    """The QR code of an address as SVG; empty for none."""
    if not address:
        return ""
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    folder = Path(settings.BASE_DIR) / FONTS
    if not all((folder / face).is_file() for face in FACES):
        raise Conflict(
            _("The fonts for documents are missing on this server. Its administrator has to run “make assets”.")
        )
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
