"""One function through which everything comes that people hand in."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lianxin.kernel.edge.uploads import office, pdf
from lianxin.kernel.edge.uploads.images import redraw
from lianxin.kernel.edge.uploads.kinds import FACTS, MEGABYTE, OLE, ZIP, Kind, looks_like
from lianxin.kernel.edge.uploads.names import clean_name
from lianxin.kernel.edge.uploads.office import not_wanted
from lianxin.kernel.edge.uploads.scanning import ScannerAway, found_in, scanner
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.reading import refuse_foreign

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

log = logging.getLogger(__name__)

_HEAD = 512
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept. Its content is read with `chunks`; `marks` says what could not be looked into."""

    name: str
    size: int
    kind: Kind
    file: IO[bytes]
    marks: frozenset[str] = frozenset()

    def chunks(self) -> Iterator[bytes]:
        """The content from the start, in blocks."""
        self.file.seek(0)
        while block := self.file.read(_BLOCK):
            yield block


def accept_upload(upload: "UploadedFile[Any]", kinds: Iterable[Kind]) -> Accepted:
    """Look at a file by its content, and give back what may be kept.

    1. Its size, against the bound of the kinds that are taken.
    2. What it is, by its first bytes and its structure; its name decides nothing and is cleaned.
    3. The virus scanner, where there is one. Where one is configured and does not answer, nothing is taken.
    4. What acts by itself (macros, scripts, objects fetched from elsewhere) and what unpacks to too much is refused.
    5. A picture is drawn anew.

    Raises:
        InvalidInput: the file is refused; the sentence, at `file`, says why and what to do.
    """
    wanted = set(kinds)
    size = int(upload.size or 0)
    largest = max(FACTS[kind].largest for kind in wanted)
    if size > largest:
        raise InvalidInput({"file": _larger_than(largest)})
    file: IO[bytes] = upload.file  # type: ignore[assignment]
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    kind = _kind_of(head, wanted)
    _scan(file)
    marks: set[str] = set()
    if head.startswith(ZIP):
        kind = office.check_package(file, wanted)
    elif head.startswith(OLE):
        marks = office.check_compound(file, wanted)
    elif kind is Kind.pdf:
        pdf.check_pdf(file)
    if size > FACTS[kind].largest:
        raise InvalidInput({"file": _larger_than(FACTS[kind].largest)})
    endings = FACTS[kind].endings
    if kind is Kind.image:
        file, ending = redraw(file)
        endings = (ending, *(one for one in endings if {one, ending} == {".jpg", ".jpeg"}))
        size = file.seek(0, 2)
    file.seek(0)
    return Accepted(clean_name(str(upload.name or ""), endings), size, kind, file, frozenset(marks))


def _kind_of(head: bytes, wanted: set[Kind]) -> Kind:
    """The kind by the first bytes; a package is looked into later.

    Raises:
        InvalidInput: it is empty, or of a kind that is not taken.
    """
    if not head.strip():
        raise InvalidInput({"file": _("The file is empty. Choose another.")})
    found = looks_like(head)
    if found is None and Kind.spreadsheet in wanted:
        found = Kind.spreadsheet  # text, unless it begins like something else
    package = head.startswith(ZIP) and Kind.document in wanted
    if found is None or (found not in wanted and not package):
        if Kind.spreadsheet in wanted:
            _refuse_foreign(head)
        raise InvalidInput({"file": not_wanted(wanted)})
    if found is Kind.spreadsheet and not package:
        _refuse_foreign(head)
    return found


def _refuse_foreign(head: bytes) -> None:
    try:
        refuse_foreign(head)
    except CannotRead as refusal:
        raise InvalidInput({"file": refusal.sentence}) from refusal


def _larger_than(largest: int) -> str:
    return _("The file is larger than %(most)d MB. Make it smaller or split it.") % {"most": largest // MEGABYTE}


def _scan(file: IO[bytes]) -> None:
    place = scanner()
    if not place:
        return
    try:
        virus = found_in(file, place)
    except ScannerAway as away:
        log.error("A file was refused because the virus scanner is away: %s", away)  # noqa: TRY400 - its trace says nothing
        raise InvalidInput(
            {
                "file": _(
                    "The virus scanner does not answer, so no file is taken now. Tell the administrator; try later."
                )
            }
        ) from away
    if virus:
        log.warning("A file was refused: the virus scanner found %s.", virus)
        raise InvalidInput(
            {
                "file": _(
                    "The virus scanner found %(virus)s in this file. It was not kept. Have your computer checked."
                )
                % {"virus": virus}
            }
        )
