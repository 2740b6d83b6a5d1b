"""Finding identity numbers, bank cards and phones in a text. Pure: a text in, places out.

A number may be written with full-width digits, in groups, or with invisible characters between its digits. What looks
like one but says otherwise (a credit code, an amount, an office's telephone) is passed over; each rule stands beside
the check that carries it. `VERSION` rises whenever a change here can find more than before: passes given by an older
version then no longer count.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

VERSION = 1


class Kind(StrEnum):
    """What was found."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text, from `start` up to, not including, `end`. `sure`: its own digits prove it."""

    kind: Kind
    start: int
    end: int
    sure: bool


_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_GAP = rf"[ \u00a0\u2002-\u200a\u202f\u3000\-‐‑–—－_.．·{_HIDDEN}]"
_BREAK = rf"(?:{_GAP}|[\r\n\t])"
_NOT_INSIDE = r"(?<![0-9A-Za-z])(?<![0-9][.,])"
_NOT_BEFORE = r"(?![0-9A-Za-z])(?![.,][0-9])"
_WIDE = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "Ｘ": "X",
        "ｘ": "x",
        "＋": "+",
        "（": "(",
        "）": ")",
        "Х": "X",
        "х": "x",
        "×": "X",
        **{chr(0xFF21 + place): chr(0x41 + place) for place in range(26) if place != 23},  # noqa: PLR2004 - X stands above
        **{chr(0xFF41 + place): chr(0x61 + place) for place in range(26) if place != 23},  # noqa: PLR2004 - the same
    }
)
_NEAR = 18
"""How many characters before a number may say what it is."""

# Written "longest first": a candidate begins at every place where a run of digits begins.
_ID18 = re.compile(rf"(?={_NOT_INSIDE}([0-9](?:{_BREAK}{{0,3}}[0-9]){{16}}{_BREAK}{{0,3}}[0-9Xx]){_NOT_BEFORE})")
_ID15 = re.compile(rf"(?={_NOT_INSIDE}([0-9]{{6}}{_GAP}?[0-9]{{6}}{_GAP}?[0-9]{{3}}){_NOT_BEFORE})")
_CARD = re.compile(rf"(?={_NOT_INSIDE}([0-9](?:{_GAP}{{0,2}}[0-9]){{11,21}}){_NOT_BEFORE})")
_COUNTRY = rf"(?:(?:\+|00)86{_GAP}{{0,2}}|\(\+?86\){_GAP}{{0,2}}|86{_GAP}{{1,2}}|86)?"
_MOBILE_CORE = (
    rf"1[2-9](?:[0-9]{{9}}|[0-9]{_GAP}{{1,2}}[0-9]{{4}}{_GAP}{{1,2}}[0-9]{{4}}|[0-9]{_GAP}{{1,2}}[0-9]{{3}}{_GAP}{{1,2}}[0-9]{{5}}"
    rf"|[0-9]{{2}}{_GAP}{{1,2}}[0-9]{{4}}{_GAP}{{1,2}}[0-9]{{3}}|[0-9]{{2}}{_GAP}{{1,2}}[0-9]{{3}}{_GAP}{{1,2}}[0-9]{{4}}"
    rf"|[0-9]{{3}}{_GAP}{{1,2}}[0-9]{{3}}{_GAP}{{1,2}}[0-9]{{3}}|[0-9]{_GAP}{{1,2}}[0-9]{{8}})"
)
_SPACED_MOBILE = rf"1(?:{_GAP}{{1,3}}[0-9]){{10}}"
_HIDDEN_MOBILE = rf"1[{_HIDDEN}]*[3-9](?:[{_HIDDEN}]*[0-9]){{9}}"
_MOBILE = re.compile(rf"(?={_NOT_INSIDE}({_COUNTRY}(?:{_MOBILE_CORE}|{_SPACED_MOBILE}|{_HIDDEN_MOBILE})){_NOT_BEFORE})")
_LANDLINE = re.compile(
    rf"(?={_NOT_INSIDE}((?:(?:\+|00)86{_GAP}?)?\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_GAP}{{0,2}}[2-8][0-9]{{2,3}}{_GAP}?[0-9]{{4}}){_NOT_BEFORE})"
)
_AMOUNT_AFTER = re.compile(r"\s{0,2}(?:元|万|亿|吨|公斤|千克|平方|立方|千瓦|人次|%|％)")

_SAYS_ID = re.compile(r"身份证|身份号码|公民身份|证件号|identity|ID\s?(?:card|number|no)", re.IGNORECASE)
_SAYS_CARD = re.compile(r"卡号|账号|帐号|账户|帐户|银行卡|开户|存折|一卡通|一本通|bank|card|account", re.IGNORECASE)
_SAYS_PHONE = re.compile(r"电话|手机|联系|座机|宅电|号码|tel|phone|mobile", re.IGNORECASE)
_SAYS_OFFICE = re.compile(r"监督|举报|投诉|咨询|办公|值班|热线|传真|受理|服务|总机|客服|fax|hotline", re.IGNORECASE)
_SAYS_OTHER = re.compile(
    r"信用代码|注册号|许可证|执照|编号|合同|订单|单号|流水|文号|代码|条码|批号|工号|税号|识别号|案号|凭证|IMEI|ISBN",
    re.IGNORECASE,
)

_PROVINCES = frozenset(
    map(str, [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)])
) | {"71", "81", "82", "83", "91"}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FIRST_YEAR = 1900
_LAST_YEAR = 2099
_ID_LENGTH = 18
_OLD_ID_LENGTH = 15
_CARD_LENGTHS = range(16, 20)
_ACCOUNT_LENGTHS = range(12, 23)
_ROUNDED = "000"
"""A spreadsheet keeps 15 digits: of a longer number the last ones are noughts, and it is still an account."""
_BANKS = re.compile(r"62|60(?:1428|3367|3708)|95(?:5\d\d|8\d\d)|9(?:0030|84301|40\d\d)|68\d{4}|69\d{4}")
"""First digits of cards issued in China (UnionPay and the older ranges of the large banks)."""
_FOREIGN = re.compile(r"4|5[1-5]|2(?:2[2-9]|[3-6]\d|7[01])|35(?:2[89]|[3-8]\d)")
_FOR_TESTS = "12"
"""No operator has these; demonstrations and forms use them. They count where the text calls them a telephone."""
_MOBILE_PREFIX = re.compile(r"1(?:3\d|4[014-9]|5[0-35-9]|6[25-7]|7[0-8]|8\d|9[0-35-9])")


def normal(text: str) -> str:
    """The text with full-width digits and letters made narrow, character by character: places stay."""
    return text.translate(_WIDE)


def find(text: str, *, hint: str = "") -> list[Found]:
    """Every number in the text, in order, none overlapping. `hint` says what the place holds (a column's heading)."""
    plain = normal(text)
    if sum(sign.isdigit() for sign in plain) < 10:  # noqa: PLR2004 - the shortest number there is
        return []
    taken: list[Found] = []
    for detect in _DETECTORS:
        for one in detect(plain, hint):
            if all(one.end <= other.start or other.end <= one.start for other in taken):
                taken.append(one)
    return sorted(taken, key=lambda one: one.start)


def _before(text: str, start: int, hint: str) -> str:
    line = text[max(0, start - _NEAR) : start]
    return f"{hint} {line}"


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit() or sign in "Xx").upper()


def _identity_numbers(text: str, hint: str) -> Iterator[Found]:
    for match in _ID18.finditer(text):
        number = _digits(match[1])
        if len(number) != _ID_LENGTH or not is_date(number[6:14]):
            continue
        if is_id_number(number):
            yield Found(Kind.ID_NUMBER, *match.span(1), sure=True)
        elif number[:2] in _PROVINCES and not is_credit_code(number) and "\n" not in match[1]:
            # A slip of the pen, or a spreadsheet that rounded the last digits away: it still tells who somebody is.
            said = _before(text, match.start(1), hint)
            if _SAYS_ID.search(said) or not _SAYS_OTHER.search(said):
                yield Found(Kind.ID_NUMBER, *match.span(1), sure=False)


def _old_identity_numbers(text: str, hint: str) -> Iterator[Found]:
    for match in _ID15.finditer(text):
        number = _digits(match[1])
        if number[:2] not in _PROVINCES or not is_date(f"19{number[6:12]}"):
            continue
        said = _before(text, match.start(1), hint)
        if _SAYS_ID.search(said) or not (_SAYS_OTHER.search(said) or _SAYS_CARD.search(said)):
            yield Found(Kind.ID_NUMBER, *match.span(1), sure=bool(_SAYS_ID.search(said)))


def _bank_cards(text: str, hint: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        said = _before(text, match.start(1), hint)
        # Another number may stand behind the card: an end that proves one counts before an end that is only likely.
        judged = [(end, _as_card(match[1][:end], said)) for end in _ends_of_groups(match[1])]
        told = [one for one in judged if one[1] is not None]
        if told:
            length, sure = next((one for one in told if one[1]), told[0])
            end = match.start(1) + length
            if not _AMOUNT_AFTER.match(text, end):
                yield Found(Kind.BANK_CARD, match.start(1), end, sure=bool(sure))


def _ends_of_groups(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r"[0-9]+", text)][::-1]


def _as_card(written: str, said: str) -> bool | None:
    """Whether the digits prove a card (True), only what stands before them does (False), or nothing does (None)."""
    number = _digits(written)
    told = bool(_SAYS_CARD.search(said))
    if is_credit_code(number):
        return None
    if len(number) in _CARD_LENGTHS:
        if is_luhn(number) and _BANKS.match(number):
            return True
        if len(number) == _CARD_LENGTHS[0] and is_luhn(number) and _FOREIGN.match(number):
            return told or (None if _SAYS_OTHER.search(said) or not _in_fours(written) else False)
        if number.startswith("62") and number.endswith(_ROUNDED):
            return False
    return False if told and len(number) in _ACCOUNT_LENGTHS else None


def _in_fours(text: str) -> bool:
    return [len(part) for part in re.split(r"[^0-9]+", text)] == [4, 4, 4, 4]


def _mobiles(text: str, hint: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(text):
        number = _digits(match[1])[-11:]
        said = _before(text, match.start(1), hint)
        known = _MOBILE_PREFIX.match(number) or (number.startswith(_FOR_TESTS) and _SAYS_PHONE.search(said))
        if not known or _AMOUNT_AFTER.match(text, match.end(1)):
            continue
        if _SAYS_PHONE.search(said) or not _SAYS_OTHER.search(said):
            yield Found(Kind.MOBILE, *match.span(1), sure=True)


def _landlines(text: str, hint: str) -> Iterator[Found]:
    for match in _LANDLINE.finditer(text):
        said = _before(text, match.start(1), hint)
        # An office publishes its telephone on purpose; only what is called somebody's telephone is personal.
        if _SAYS_PHONE.search(said) and not _SAYS_OFFICE.search(said):
            yield Found(Kind.LANDLINE, *match.span(1), sure=True)


_DETECTORS: tuple[Callable[[str, str], Iterable[Found]], ...] = (
    _identity_numbers,
    _bank_cards,
    _mobiles,
    _old_identity_numbers,
    _landlines,
)
"""In the order of how much their digits prove; a later one takes nothing that an earlier one took."""


def is_date(eight: str) -> bool:
    """Whether eight digits are a calendar day a living or remembered person can be born on."""
    try:
        day = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return False
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def is_id_number(number: str) -> bool:
    """Whether the check character of 18 places fits and the day exists. Source: GB 11643.

    The area is not asked for: a number with a right day and check character is somebody's, wherever it was issued.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or not is_date(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return _ID_CHECK[total % 11] == number[17]


def is_credit_code(number: str) -> bool:
    """Whether the check character of a unified social credit code fits. Source: GB 32100."""
    if len(number) != _ID_LENGTH or any(sign not in _CREDIT_SIGNS for sign in number):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17]))
    return number[0] in "159ANY" and _CREDIT_SIGNS[(31 - total % 31) % 31] == number[17]


def is_luhn(number: str) -> bool:
    """Whether the digits fit the check of bank cards. Source: ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0
