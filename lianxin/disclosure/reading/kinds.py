"""What a file is, by its first bytes and its name, and which reader checks it."""

from lianxin.disclosure.reading.outcome import CannotRead, Outcome
from lianxin.disclosure.reading.package import OLD_OFFICE, read_package
from lianxin.disclosure.reading.pdf import read_pdf
from lianxin.disclosure.reading.plain import read_text

KINDS = ("docx", "xlsx", "pdf", "csv", "txt")
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"


def kind_of(name: str, first: bytes) -> str:
    """The kind of a file.

    Raises:
        CannotRead: none of those that can be checked, or the content is of another kind than the name says.
    """
    ending = name.lower().rpartition(".")[2]
    if ending in {"docm", "xlsm", "dotm", "xltm", "xlam", "xlsb"}:
        raise CannotRead("macros")
    if first.startswith(OLD_OFFICE) or ending in {"doc", "xls", "wps", "et"}:
        raise CannotRead("encrypted_or_old")
    if ending not in KINDS:
        raise CannotRead("not_supported")
    if not first:
        raise CannotRead("empty")
    fits = {"docx": _ZIP, "xlsx": _ZIP, "pdf": _PDF}.get(ending)
    if (fits and not (first.startswith(fits) or (ending == "pdf" and _PDF in first))) or (
        not fits and first.startswith((_ZIP, _PDF))
    ):
        raise CannotRead("other_kind")
    return ending


def read(kind: str, content: bytes) -> Outcome:
    """Check a file of that kind.

    Raises:
        CannotRead: it cannot be checked at all.
    """
    if kind in {"docx", "xlsx"}:
        return read_package(content, kind)
    return read_pdf(content) if kind == "pdf" else read_text(content)
