"""Numbers that pass every check and can belong to nobody: identity, telephone and social credit numbers."""

from __future__ import annotations

from functools import cache
from typing import Final

from lianxin.demo.draw import flat

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGAN_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
# One place per sex in 10,000 invented areas with 500 sequence numbers each.
CAPACITY: Final = 5_000_000
_STRIDE: Final = 3_141_593  # shares no factor with CAPACITY, so serial → place is one to one
_MOBILE_SPACE: Final = 1_000_000_000
_MOBILE_STRIDE: Final = 618_033_989  # shares no factor with the space

_AREAS: Final = tuple(
    (text := f"99{n:04d}", sum(int(c) * w for c, w in zip(text, _ID_WEIGHTS[:6], strict=True))) for n in range(10_000)
)
_SEQUENCES: Final = tuple(
    (text := f"{n:03d}", sum(int(c) * w for c, w in zip(text, _ID_WEIGHTS[14:], strict=True))) for n in range(1000)
)


@cache
def birth_part(year: int, month: int, day: int) -> tuple[str, int]:
    """The eight digits of a birth date and their weighted sum."""
    text = f"{year:04d}{month:02d}{day:02d}"
    return text, sum(int(c) * w for c, w in zip(text, _ID_WEIGHTS[6:14], strict=True))


def id_number(serial: int, birth: tuple[str, int], *, male: bool) -> str:
    """An identity number of GB 11643 form that begins with 99, where no division code begins.

    Two serials below 5,000,000 never give the same number, whatever the birth dates.

    Raises:
        ValueError: the serial is outside 0 to 4,999,999.
    """
    if not 0 <= serial < CAPACITY:
        raise ValueError(f"Serial {serial} has no identity number: serials run from 0 to {CAPACITY - 1}.")
    area, place = divmod(serial * _STRIDE % CAPACITY, 500)
    area_text, area_sum = _AREAS[area]
    text, total = _SEQUENCES[place * 2 + male]
    return area_text + birth[0] + text + _ID_CHECK[(area_sum + birth[1] + total) % 11]


def mobile_number(serial: int) -> str:
    """Eleven digits beginning with 12, which no operator uses; one per serial."""
    return f"12{(serial * _MOBILE_STRIDE + 271_828_182) % _MOBILE_SPACE:09d}"


def landline_number(serial: int, area: str) -> str:
    """Area code, hyphen and a local number beginning with 0, which no exchange uses."""
    return f"{area}-0{(serial * 7919 + 104_729) % 1_000_000:06d}"


def credit_code(serial: int, department: str) -> str:
    """A unified social credit code (GB 32100) with right check characters and the area 990000, which does not exist.

    `department` is the two-character head: 11 organ, 12 public institution, 52 private non-enterprise unit, 54 or 55
    self-governing body of residents, 91 enterprise.
    """
    number = f"{serial:08d}"
    rest = 11 - sum(int(c) * w for c, w in zip(number, _ORGAN_WEIGHTS, strict=True)) % 11
    body = f"{department}990000{number}" + ("X" if rest == 10 else "0" if rest == 11 else str(rest))  # noqa: PLR2004 (GB 11714)
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


# About 1% of Shandong's people belong to a minority (census 2020: 0.9%), mostly Hui.
ETHNIC_GROUPS: Final = flat(
    (("01", 99.0), ("03", 0.62), ("11", 0.12), ("02", 0.07), ("10", 0.06), ("15", 0.04), ("06", 0.04), ("08", 0.05)),
    8192,
)
