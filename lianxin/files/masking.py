"""What of a cell may be kept in clear: findings lie in the database, so long numbers in their sentences are masked."""

import re

from lianxin.kernel.privacy.masks import mask_id_number, mask_phone

_NUMBER = re.compile(r"(?<![0-9])[0-9][0-9 \-]{5,}[0-9Xx](?![0-9])")
_PHONE_DIGITS = 11
_DATE = re.compile(r"(18|19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def mask_numbers(text: str) -> str:
    """The text with numbers that could be an identity number or a phone masked; dates and short numbers stay."""
    return _NUMBER.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    number = found[0]
    if _DATE.fullmatch(number):
        return number
    digits = sum(sign.isalnum() for sign in number)
    return mask_id_number(number) if digits > _PHONE_DIGITS else mask_phone(number)
