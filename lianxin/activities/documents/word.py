"""Minutes as Word: the named fields of the template `minutes.docx` filled by docxtpl; texts are data, never markup."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.text.paragraph import Paragraph

    from lianxin.activities.documents.shown import Shown

TEMPLATE = Path(__file__).parent / "minutes.docx"
SIGNATURES = "Signature line"
QR_WIDTH_MM = 26
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def word_of(shown: Shown, *, template: Path = TEMPLATE) -> bytes:
    """The Word file. Every field of `Shown` can be named in the template, lines of a text are kept.

    Fields beside: `qr`, a picture of the address; empty for a draft.
    """
    document = DocxTemplate(template)
    fields: dict[str, Any] = _with_lines(shown.plain())
    fields["qr"] = _qr(document, shown.address)
    document.render(fields, autoescape=True)
    _keep_text_with_signatures(document.docx.paragraphs)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.comments = shown.title, shown.organisation, shown.sha256
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _keep_text_with_signatures(paragraphs: Sequence[Paragraph]) -> None:
    """Nobody signs a page that holds nothing else: the last text goes over with the signatures. Source: GB/T 9704."""
    for text, line in pairwise(paragraphs):
        if line.style is not None and line.style.name == SIGNATURES:
            text.paragraph_format.keep_with_next = True
            return


def _with_lines(value: Any) -> Any:
    """Line feeds become paragraphs of their own (docxtpl's sign for that is BEL); signs Word cannot hold go."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value).replace("\n", "\a")
    if isinstance(value, dict):
        return {key: _with_lines(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_lines(one) for one in value]
    return value


def _qr(document: DocxTemplate, address: str) -> InlineImage | str:
    if not address:
        return ""
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="png", scale=8, border=2)
    drawn.seek(0)
    return InlineImage(document, drawn, width=Mm(QR_WIDTH_MM))
