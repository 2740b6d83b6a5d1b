"""Finding identity numbers, bank cards and phones in a text. Pure: a text in, places out.

A number may be written with full-width digits, in groups, broken over lines, or with invisible characters between its
digits. Commas part fields of lists and never stand inside a number, so a neighbouring field hides nothing. What looks
like one but says otherwise (a credit code, an amount, an office's telephone) is passed over; each rule stands beside
the check that carries it. `VERSION` rises whenever a change here can find more than before: passes given by an older
version then no longer count.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

VERSION = 2


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


_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20e3\ufe00-\ufe0f\ufeff]+")
"""Signs without a width, direction marks among them; they are taken out before anything is looked for."""
_GAP = r"[ \u00a0\u2002-\u200a\u202f\u3000\-‐‑–—－_.．·]"
_BREAK = rf"(?:{_GAP}|[\r\n\t])"
_NOT_INSIDE = r"(?<![0-9])"
_NOT_BEFORE = r"(?![0-9A-Za-z])"
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

# Written "longest first": a candidate begins at every place where a run of digits begins. Gaps and digits share no
# sign, and every repetition has an end, so each place costs a bounded number of steps.
_ID18 = re.compile(rf"(?={_NOT_INSIDE}([0-9](?:{_BREAK}{{0,3}}[0-9]){{16}}{_BREAK}{{0,3}}[0-9Xx])(?![0-9]))")
_ID15 = re.compile(rf"(?={_NOT_INSIDE}([0-9]{{6}}{_GAP}?[0-9]{{6}}{_GAP}?[0-9]{{3}}){_NOT_BEFORE})")
_CARD = re.compile(rf"(?={_NOT_INSIDE}([0-9](?:{_BREAK}{{0,3}}[0-9]){{11,21}})(?![0-9]))")
_COUNTRY = rf"(?:(?:\+|00)86{_GAP}{{0,2}}|\(\+?86\){_GAP}{{0,2}}|86{_GAP}{{1,2}}|86)?"
_MOBILE = re.compile(rf"(?={_NOT_INSIDE}({_COUNTRY}(1{_BREAK}{{0,3}}[2-9](?:{_BREAK}{{0,3}}[0-9]){{9}})){_NOT_BEFORE})")
_LANDLINE = re.compile(
    rf"(?={_NOT_INSIDE}((?:(?:\+|00)86{_GAP}?)?\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_GAP}{{0,2}}[2-8][0-9]{{2,3}}{_GAP}?[0-9]{{4}}){_NOT_BEFORE})"
)
_AMOUNT_AFTER = re.compile(
    r"\.[0-9]{1,2}(?![0-9.])|万|[ \u00a0\u3000]{0,2}"
    r"(?:元(?!旦)|万元|亿|吨|公斤|千克|平方|立方|千瓦|人次|%|％|度|°)"
)
"""Decimals or a unit. Not over the end of a line: the next one may begin with somebody called 万 or 元."""
_FRACTION_BEFORE = re.compile(r"(?<![0-9])0\.\Z")
_LINE_BREAK = re.compile(rf"{_GAP}*[\r\n\t]{_BREAK}*")
_NO_DIGIT = re.compile(r"[^0-9Xx]+")
_DIGITS = re.compile(r"[0-9]+")
_GROUPS = frozenset({(11,), (3, 4, 4), (3, 3, 5), (4, 4, 3), (4, 3, 4), (5, 3, 3), (3, 8), (5, 6), (7, 4), (1,) * 11})
"""How people group the digits of a mobile."""
_MOST_GROUPS = 5
"""Of a mobile that is called one: 138 12 34 56 78."""
_DECIMAL = re.compile(r"[0-9]{4,}[.．][0-9]+")
_MIXED_DOTS = re.compile(r"(?=.*[0-9][.．][0-9])(?=.*[0-9][^0-9.．]+[0-9]).*", re.DOTALL)
"""Figures with decimals in a row: dots beside other gaps."""
_FIGURE_BEFORE = re.compile(rf"(?<![0-9A-Za-z*])([0-9][0-9.,]*){_BREAK}{{1,3}}\Z")
_FIGURE_BEHIND = re.compile(rf"{_BREAK}{{1,3}}([0-9][0-9.,]*)(?![0-9A-Za-z*])")
_FIGURES = range(5, 10)
"""Digits of figures that tell a table; shorter ones are ages, years and numbers of rows."""
_FIELD_ENDS = (",", "，", ".", "、", "\t")
_LEAST_BEFORE_BREAK = 6
"""A cell that wraps fills its first line; shorter figures under one another are a column of a table."""
_REST_OF_ROW = 3

_SAYS_ID = re.compile(r"身份证|身份号码|公民身份|证件号|identity|ID\s?(?:card|number|no)", re.IGNORECASE)
_SAYS_CARD = re.compile(r"卡号|账号|帐号|账户|帐户|银行卡|开户|存折|一卡通|一本通|bank|card|account", re.IGNORECASE)
_SAYS_PHONE = re.compile(r"电话|手机|联系|座机|宅电|号码|tel|phone|mobile", re.IGNORECASE)
_LETTERS_SAY_PHONE = re.compile(
    r"(?:tel|phone|mobile|weixin|wechat|(?<![a-z])(?:mob|cell|sj|dh|wx|vx))\Z", re.IGNORECASE
)
_LETTERS_SAY_ID = re.compile(r"(?<![a-z])(?:id|sfz|sfzh)\Z", re.IGNORECASE)
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
_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit twice, as the sum of the digits that gives."""
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CENTURIES = ("19", "20")
_ID_LENGTH = 18
_OLD_ID_LENGTH = 15
_CARD_LENGTHS = range(16, 20)
_ACCOUNT_LENGTHS = range(12, 23)
_ROUNDED = "000"
"""A spreadsheet keeps 15 digits: of a longer number the last ones are noughts, and it is still an account."""
_BANKS = re.compile(r"62|60(?:1428|3367|3708)|95(?:5\d\d|8\d\d)|9(?:0030|84301|40\d\d)|68\d{4}|69\d{4}")
"""First digits of cards issued in China (UnionPay and the older ranges of the large banks)."""
_FOREIGN = re.compile(r"4|5[1-5]|2(?:2[2-9]|[3-6]\d|7[01])|35(?:2[89]|[3-8]\d)")
_ISSUER = 24
"""Characters that hold the first six digits of a card, with the widest gaps."""
_FOR_TESTS = "12"
"""No operator has these; demonstrations and forms use them. They count where the text calls them a telephone."""
_MOBILE_PREFIX = re.compile(r"1(?:3\d|4[014-9]|5[0-35-9]|6[25-7]|7[0-8]|8\d|9[0-35-9])")


def normal(text: str) -> str:
    """The text with full-width digits and letters made narrow, character by character: places stay."""
    return text.translate(_WIDE)


def find(text: str, *, hint: str = "") -> list[Found]:
    """Every number in the text, in order, none overlapping. `hint` says what the place holds (a column's heading)."""
    if sum(sign.isdigit() for sign in text) < 10:  # noqa: PLR2004 - the shortest number there is
        return []
    plain, places = _without_hidden(normal(text))
    taken: list[Found] = []
    starts: list[int] = []
    for detect in _DETECTORS:
        for one in detect(plain, hint):
            at = bisect(starts, one.start)
            if (at and taken[at - 1].end > one.start) or (at < len(taken) and taken[at].start < one.end):
                continue
            taken.insert(at, one)
            starts.insert(at, one.start)
    if places is None:
        return taken
    return [Found(one.kind, places[one.start], places[one.end - 1] + 1, one.sure) for one in taken]


def _without_hidden(text: str) -> tuple[str, list[int] | None]:
    """The text without signs nobody sees, and where each sign left stood; no places where nothing was taken out."""
    places: list[int] = []
    begin = 0
    for match in _HIDDEN.finditer(text):
        places += range(begin, match.start())
        begin = match.end()
    if not begin:
        return text, None
    places += range(begin, len(text))
    return _HIDDEN.sub("", text), places


def _before(text: str, start: int, hint: str) -> str:
    line = text[max(0, start - _NEAR) : start]
    return f"{hint}\x00{line}"


def _says_other(said: str) -> bool:
    """Whether the same field calls the number something else; what another field or line says is not about it."""
    heading, _, line = said.rpartition("\x00")
    return bool(_SAYS_OTHER.search(heading) or _SAYS_OTHER.search(re.split(r"[\r\n\t,;|]", line)[-1]))


def _stands_free(text: str, start: int, word: re.Pattern[str]) -> bool:
    """Whether no letter and no "0." stands right before, or the letters are a word for the number."""
    if not start or not (text[start - 1] == "." or (text[start - 1].isascii() and text[start - 1].isalpha())):
        return True
    near = text[max(0, start - _NEAR) : start]
    return bool(word.search(near)) if near[-1] != "." else not _FRACTION_BEFORE.search(near)


def _letter_behind(text: str, end: int) -> bool:
    return end < len(text) and text[end].isascii() and text[end].isalpha()


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", text).upper()


def _identity_numbers(text: str, hint: str) -> Iterator[Found]:
    for match in _ID18.finditer(text):
        number = _digits(match[1])
        if len(number) != _ID_LENGTH or not is_date(number[6:14]):
            continue
        start, end = match.span(1)
        if is_id_number(number):
            yield Found(Kind.ID_NUMBER, start, end, sure=True)
        elif number[:2] in _PROVINCES and not is_credit_code(number) and _is_one_line(match[1]):
            # A slip of the pen, or a spreadsheet that rounded the last digits away: it still tells who somebody is.
            said = _before(text, start, hint)
            free = _stands_free(text, start, _LETTERS_SAY_ID) and not _letter_behind(text, end)
            if free and (_SAYS_ID.search(said) or not _says_other(said)):
                yield Found(Kind.ID_NUMBER, start, end, sure=False)


def _old_identity_numbers(text: str, hint: str) -> Iterator[Found]:
    for match in _ID15.finditer(text):
        number = _digits(match[1])
        if number[:2] not in _PROVINCES or not is_date(f"19{number[6:12]}"):
            continue
        start, end = match.span(1)
        said = _before(text, start, hint)
        told = bool(_SAYS_ID.search(said))
        if not _stands_free(text, start, _LETTERS_SAY_ID) or (not told and _decimals_begin(text, start)):
            continue
        if told or not (_says_other(said) or _SAYS_CARD.search(said)):
            yield Found(Kind.ID_NUMBER, start, end, sure=told)


def _decimals_begin(text: str, start: int) -> bool:
    return start > 1 and text[start - 1] == "." and text[start - 2].isdigit()


def _bank_cards(text: str, hint: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        start = match.start(1)
        said = _before(text, start, hint)
        called = bool(_SAYS_CARD.search(said))
        if not called and not (_BANKS.match(first := _digits(match[1][:_ISSUER])) or _FOREIGN.match(first)):
            continue
        # Another number may stand behind the card: an end that proves one counts before an end that is only likely.
        lengths = _ACCOUNT_LENGTHS if called else _CARD_LENGTHS
        judged = [(end, _as_card(match[1][:end], said)) for end in _ends_of_groups(match[1], lengths)]
        told = [one for one in judged if one[1] is not None]
        if told:
            length, sure = next((one for one in told if one[1]), told[0])
            end = start + length
            free = _stands_free(text, start, _SAYS_CARD) and not _letter_behind(text, end)
            if (sure or free) and not _AMOUNT_AFTER.match(text, end):
                yield Found(Kind.BANK_CARD, start, end, sure=bool(sure))


def _ends_of_groups(text: str, lengths: range) -> list[int]:
    """Where groups of digits end, the last first, as far as there are so many digits up to there."""
    ends, count = [], 0
    for match in _DIGITS.finditer(text):
        count += match.end() - match.start()
        if count in lengths:
            ends.append(match.end())
    return ends[::-1]


def _as_card(written: str, said: str) -> bool | None:
    """Whether the digits prove a card (True), only what stands before them does (False), or nothing does (None)."""
    number = _digits(written)
    length = len(number)
    if length in _CARD_LENGTHS and _BANKS.match(number) and is_luhn(number) and not is_credit_code(number):
        parted = (_is_one_line(written) or _is_wrapped_card(written)) and not _MIXED_DOTS.fullmatch(written)
        return True if parted else None
    if is_credit_code(number) or not _is_one_line(written):
        return None
    told = bool(_SAYS_CARD.search(said))
    if length == _CARD_LENGTHS[0] and _FOREIGN.match(number) and is_luhn(number):
        return told or (None if _says_other(said) or not _in_fours(written) else False)
    if length in _CARD_LENGTHS and number.startswith("62") and number.endswith(_ROUNDED):
        return False
    return False if told and length in _ACCOUNT_LENGTHS else None


def _is_one_line(written: str) -> bool:
    return not ("\n" in written or "\r" in written or "\t" in written)


def _is_wrapped_card(written: str) -> bool:
    """Whether a card is broken once, or set in fours; other figures under one another are a table's."""
    lines = _LINE_BREAK.split(written)
    return (len(lines) == 2 and "\t" not in written) or set(_lengths(written)[:-1]) == {4}  # noqa: PLR2004 - two lines


def _in_fours(text: str) -> bool:
    return [len(part) for part in re.split(r"[^0-9]+", text)] == [4, 4, 4, 4]


def _mobiles(text: str, hint: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(text):
        number = _digits(match[2])
        if not (_MOBILE_PREFIX.match(number) or number.startswith(_FOR_TESTS)):
            continue
        start, end = match.span(1)
        said = _before(text, start, hint)
        told = bool(_SAYS_PHONE.search(said))
        if _AMOUNT_AFTER.match(text, end) or not _stands_free(text, start, _LETTERS_SAY_PHONE):
            continue
        if not _is_grouped(match[2], told=told) or (not told and _is_of_table(text, start, end, match[2])):
            continue
        if told or (_MOBILE_PREFIX.match(number) and not _says_other(said)):
            yield Found(Kind.MOBILE, start, end, sure=True)


def _is_grouped(written: str, *, told: bool) -> bool:
    """Whether digits are grouped or broken over lines as those of one mobile; a row of figures is not."""
    groups = _lengths(written)
    if len(groups) == 1:
        return True
    if told and len(groups) <= _MOST_GROUPS:
        return True
    lines = _LINE_BREAK.split(written)
    joined = _lengths("".join(lines))
    if len(lines) == 1 or joined != (11,):
        figures = _DECIMAL.fullmatch(written) or _MIXED_DOTS.fullmatch(written)
        return (groups == (3, 4, 4) or joined in _GROUPS) and not figures
    if groups == (3, 4, 4):
        return True
    wrapped = len(lines) == 2 and "\t" not in written  # noqa: PLR2004 - two lines
    return wrapped and len(lines[0]) >= _LEAST_BEFORE_BREAK and not is_date(lines[0])


def _lengths(written: str) -> tuple[int, ...]:
    return tuple(map(len, _DIGITS.findall(written)))


def _is_of_table(text: str, start: int, end: int, written: str) -> bool:
    """Whether two groups of digits are two figures of a table or list: figures of other lengths stand beside them.

    The last of them may also be the number of the next row. Numbers wrapped alike under one another are no table.
    """
    groups = _lengths(written)
    if len(groups) != 2 or groups == (3, 8):  # noqa: PLR2004 - two groups
        return False
    if _LINE_BREAK.search(written) and groups[1] <= _REST_OF_ROW and text[end : end + 1] in _FIELD_ENDS:
        return True
    before = _FIGURE_BEFORE.search(text, max(0, start - _NEAR), start)
    behind = _FIGURE_BEHIND.match(text, end)
    return any(
        figure and (length := len(_digits(figure[1]))) in _FIGURES and length != alike
        for figure, alike in ((before, groups[1]), (behind, groups[0]))
    )


def _landlines(text: str, hint: str) -> Iterator[Found]:
    for match in _LANDLINE.finditer(text):
        said = _before(text, match.start(1), hint)
        if not _stands_free(text, match.start(1), _LETTERS_SAY_PHONE) or _AMOUNT_AFTER.match(text, match.end(1)):
            continue
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
    if eight[:2] not in _CENTURIES:
        return False
    try:
        day = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return False
    return str(day.year)[:2] in _CENTURIES


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
    if len(number) != _ID_LENGTH or number[0] not in "159ANY" or any(sign not in _CREDIT_SIGNS for sign in number):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17]))
    return _CREDIT_SIGNS[(31 - total % 31) % 31] == number[17]


def is_luhn(number: str) -> bool:
    """Whether the digits fit the check of bank cards. Source: ISO/IEC 7812-1 annex B."""
    total = sum(map(int, number[::-2])) + sum(map(int, number[-2::-2].translate(_DOUBLED)))
    return total % 10 == 0
