"""Texts and text files (.txt, .csv): line by line, the copy in the encoding of the original."""

from lianxin.disclosure.reading.detectors import find
from lianxin.disclosure.reading.masking import mask
from lianxin.disclosure.reading.outcome import CannotRead, Outcome

ENCODINGS = ("utf-8", "gb18030")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = "\x00"


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding.

    Raises:
        CannotRead: it is no text.
    """
    marked = [name for mark, name in MARKS if content.startswith(mark)]
    for name in marked or ENCODINGS:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if _BINARY in text:
            break
        return text, name
    raise CannotRead("not_text")


def read_text(content: bytes) -> Outcome:
    """Check a text file. A line is known by its number, a number broken over lines by the line it begins on.

    Raises:
        CannotRead: it is no text.
    """
    text, encoding = decoded(content)
    outcome = Outcome()
    found = find(text)
    line, begin = 1, 0
    for one in found:
        line, begin = line + text.count("\n", begin, one.start), one.start
        outcome.note(text, [one], ("line", line))
    if found:
        masked = mask(text, found)
        outcome.masked = masked.encode(encoding)
        outcome.masked_clear = not find(masked)
    return outcome
