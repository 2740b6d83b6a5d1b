"""Masking what was found, character by character: a masked text is as long as the clear one, so layout stays.

The rules are those of `kernel.privacy.masks`; here they are laid over numbers as people wrote them, with their gaps.
"""

from collections.abc import Iterable

from lianxin.disclosure.reading.detectors import Found, Kind, normal
from lianxin.kernel.privacy.masks import mask_id_number, mask_phone

STAR = "*"
_KEPT_OF_CARD = 4
_MOBILE_DIGITS = 11
_AREA_OF_THREE = ("010", "02")


def mask_bank_account(digits: str) -> str:
    """Keep the last 4 digits only. Source: domain table masking_rules."""
    return STAR * (len(digits) - _KEPT_OF_CARD) + digits[-_KEPT_OF_CARD:]


def _masked_digits(kind: Kind, digits: str) -> str:
    if kind is Kind.ID_NUMBER:
        return mask_id_number(digits)
    if kind is Kind.BANK_CARD:
        return mask_bank_account(digits)
    if kind is Kind.MOBILE:
        return digits[:-_MOBILE_DIGITS] + mask_phone(digits[-_MOBILE_DIGITS:])
    country = digits[: digits.index("0")] if digits.startswith("86") else ""
    country = "0086" if digits.startswith("0086") else country
    rest = digits.removeprefix(country)
    area = rest[:3] if rest.startswith(_AREA_OF_THREE) else rest[:4]
    return country + mask_phone(f"{area}-{rest[len(area) :]}").replace("-", "")


def starred(text: str, found: Found) -> list[int]:
    """The places in the text that a mask covers with a star."""
    plain = normal(text[found.start : found.end])
    places = [found.start + place for place, sign in enumerate(plain) if sign.isalnum()]
    digits = "".join(sign for sign in plain if sign.isalnum())
    masked = _masked_digits(found.kind, digits)
    return [place for place, sign in zip(places, masked, strict=True) if sign == STAR]


def mask(text: str, found: Iterable[Found]) -> str:
    """The text with every number found masked; as long as before."""
    signs = list(text)
    for one in found:
        for place in starred(text, one):
            signs[place] = STAR
    return "".join(signs)
