"""The name of a file as it may be kept and shown: no path, no control characters, an ending that fits the content."""

import re
import unicodedata

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def clean_name(given: str, endings: tuple[str, ...]) -> str:
    """A name that is safe to show, to store and to save on any computer.

    Invisible characters go, among them those that turn writing round so that `exe.pdf` reads as `fdp.exe`. An ending
    that does not belong to the content is replaced by the first of `endings`; what stands before the last dot stays.
    """
    text = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2])
    text = "".join(one for one in text if unicodedata.category(one)[0] != "C")
    text = _FORBIDDEN.sub("_", text).strip().rstrip(" .")
    stem, dot, ending = text.rpartition(".")
    if dot and f".{ending.lower()}" in endings:
        ending = f".{ending.lower()}"
    else:
        stem, ending = (stem if dot and len(ending) <= len("markdown") else text), endings[0]
    stem = stem.strip(" .")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"file_{stem}".rstrip("_")
    return stem[: LONGEST - len(ending)] + ending
