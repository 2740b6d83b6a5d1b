"""Numbers of persons inside free text, masked: what people write into a reason, what a program writes into a log.

By shape only, without a doubt for the sake of speed: a long number that merely looks like one loses its middle too.
Dates, document numbers and identifiers (UUID) stay. Names and addresses in a text cannot be told from other words.
"""

import logging
import re
import unicodedata

from lianxin.kernel.privacy.masks import mask_bank_account, mask_id_number, mask_phone

_APART = r"[ \-‐-―]?"
_BEFORE = r"(?:(?<![0-9A-Za-z])(?<![0-9A-Za-z][\-.])|(?<=[Tt][Ee][Ll])|(?<=[Ii][Dd]))"
_AFTER = r"(?![0-9A-Za-z])(?!-[0-9A-Za-z])(?!\.[0-9])"
_DIGIT = r"[0-9０-９]"
_NUMBERS = re.compile(
    rf"{_BEFORE}(?:"
    rf"(?P<id_number>{_DIGIT}{{6}}{_APART}{_DIGIT}{{8}}{_APART}{_DIGIT}{{3}}[0-9０-９XxＸｘ])|"
    rf"(?P<card>{_DIGIT}{{4}}(?:{_APART}{_DIGIT}{{4}}){{3}}(?:{_APART}{_DIGIT}{{1,3}})?|{_DIGIT}{{16,19}})|"
    rf"(?:[+＋]?(?:00)?86{_APART})?(?P<mobile>[1１]{_DIGIT}{{2}}{_APART}{_DIGIT}{{4}}{_APART}{_DIGIT}{{4}})|"
    rf"(?P<landline>[0０]{_DIGIT}{{2,3}}[\-‐-―]{_DIGIT}{{7,8}})"
    rf"){_AFTER}"
)
_SECRET = re.compile(
    r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])([A-Za-z0-9_-]{4})[A-Za-z0-9_-]{16,}(?![\w-])"
)
"""Twenty and more letters of both cases with figures: an address that opens by itself, a token, a key of a session."""
_LONG = re.compile(r"[0-9０-９]{4}")


def mask_in_text(text: str) -> str:
    """The text with identity numbers, bank cards and telephones masked."""
    return _NUMBERS.sub(_masked, text) if _LONG.search(text) else text


def _masked(found: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", found[0])
    digits = re.sub(r"[ \-‐-―]", "", plain)
    if found["id_number"]:
        return mask_id_number(digits.upper())
    if found["card"]:
        return mask_bank_account(digits)
    if found["landline"]:
        return mask_phone(re.sub("[‐-―]", "-", plain))
    return mask_phone(digits[-11:])


class MaskingFormatter(logging.Formatter):
    """Writes a log line, its traceback included, without numbers of persons and without secrets.

    An error's words may quote a value, and the address of a request may be the secret that opens it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        return _SECRET.sub(r"\1…", mask_in_text(super().format(record)))
