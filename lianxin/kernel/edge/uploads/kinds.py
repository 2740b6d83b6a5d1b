"""The kinds of files that may come in: how each begins, what it may weigh, how it may be called."""

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence

MEGABYTE = 1 << 20
ZIP, OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(Enum):
    """What a file is for; one of them is what a form asks for."""

    spreadsheet = "spreadsheet"
    document = "document"
    pdf = "pdf"
    image = "image"


@dataclass(frozen=True, slots=True)
class Facts:
    """About a kind: its name on the screen, the endings it may have (the first is given where none fits), its bound.

    Attributes:
        largest: bytes. source: our own choice; 400,000 rows are some 60 MB, a scan of ten pages some 10 MB.
    """

    label: Sentence
    endings: tuple[str, ...]
    largest: int


FACTS = {
    Kind.spreadsheet: Facts(
        _("an Excel workbook or CSV file"), (".xlsx", ".xls", ".csv", ".et", ".txt"), 200 * MEGABYTE
    ),
    Kind.document: Facts(_("a Word document (.docx)"), (".docx",), 50 * MEGABYTE),
    Kind.pdf: Facts(_("a PDF"), (".pdf",), 50 * MEGABYTE),
    Kind.image: Facts(_("a picture (PNG, JPEG or WebP)"), (".jpg", ".jpeg", ".png", ".webp"), 20 * MEGABYTE),
}


def looks_like(head: bytes) -> Kind | None:
    """The kind a file seems to be by its first bytes; None says that it may only be text.

    A workbook and a document begin alike; which of them it is, its parts say.
    """
    if head.startswith(b"%PDF-"):
        return Kind.pdf
    if head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.image
    if head.startswith((*ZIP, OLE)):
        return Kind.spreadsheet
    return None
