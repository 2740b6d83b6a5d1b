"""PDF files: whatever would act when the file is opened, or carries another file, is refused."""

from typing import IO, Any

from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from lianxin.kernel.errors import InvalidInput

MOST_OBJECTS = 200_000
_ACTIVE = {"/JS", "/JavaScript", "/XFA", "/RichMedia", "/EmbeddedFiles", "/EF", "/AA"}
_ACTING = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute", "/GoToE", "/Rendition"}


def check_pdf(file: IO[bytes]) -> None:
    """Look at every object of the file, those in compressed streams included.

    Raises:
        InvalidInput: it is damaged, protected by a password, or does something by itself.
    """
    try:
        reader = PdfReader(file, strict=False)
        encrypted = reader.is_encrypted
        found = "" if encrypted else _first_active(reader)
    except InvalidInput:
        raise
    except Exception as error:  # pypdf parses what strangers wrote and lets any error through
        raise InvalidInput({"file": _("The PDF is damaged. Save or scan it again and upload that.")}) from error
    if encrypted:
        raise InvalidInput({"file": _("The PDF is protected by a password. Save it without one and upload that.")})
    if found:
        raise InvalidInput(
            {
                "file": _(
                    "The PDF contains a script, an attached file or an action (%(what)s). "
                    "Print it into a new PDF and upload that."
                )
                % {"what": found.removeprefix("/")}
            }
        )


def _first_active(reader: PdfReader) -> str:
    numbers = {number for numbers in reader.xref.values() for number in numbers} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise InvalidInput({"file": _("The PDF has too many parts. Print it into a new PDF and upload that.")})
    for start in (reader.trailer, *(IndirectObject(number, 0, reader) for number in sorted(numbers))):
        found = _active_in(start.get_object() if isinstance(start, IndirectObject) else start)
        if found:
            return found
    if not reader.pages:
        raise InvalidInput({"file": _("The PDF has no pages. Save or scan it again and upload that.")})
    return ""


def _active_in(root: Any) -> str:
    """The first name in an object that would act. What it refers to is an object of its own and looked at by itself."""
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            found = next((str(key) for key in one if key in _ACTIVE), "")
            acting = str(one.get("/S", ""))
            if found or acting in _ACTING:
                return found or acting
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)
    return ""
