"""Which column a header means: by what it says, by the values under it, by what was chosen before."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets.columns import Kind
from lianxin.kernel.spreadsheets.parsing import CellParser, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lianxin.kernel.spreadsheets.cells import Cell
    from lianxin.kernel.spreadsheets.columns import Column
    from lianxin.kernel.spreadsheets.problems import Sentence

LEFT_OUT = ""
"""In earlier choices: the person decided not to import this header."""
PROBLEM_HEADERS = ("问题说明", "Problems")
"""Headers of the column a returned workbook adds; never imported."""

_BRACKETS = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_DECORATION = re.compile(r"[*＊※★:：?？!！\"“”'‘’#]|^\d{1,2}(?=[.、．])")
# Words that make two similar headers different things: 所在党支部 and 所在党支部编码 share five characters.
_TELLING = (
    "编码",
    "姓名",
    "学工号",
    "工号",
    "名称",
    "起始",
    "结束",
    "截止",
    "地址",
    "电话",
    "手机",
    "传真",
    "邮编",
    "邮箱",
    "是否",
    "转出",
    "转入",
    "转正",
    "入党",
    "奖励",
    "职务",
    "备注",
    "人数",
    "类别",
    "简称",
    "来源",
    "二级",
    "籍贯",
    "户籍",
    "出生",
    "申请",
    "积极分子",
    "发展对象",
    "介绍信",
    "介绍人",
    "上级",
    "计划",
    "实际",
    "失联",
    "流动",
)
# Variants of one word, traditional characters included.
_SAME_WORD = (
    ("號", "号"),
    ("碼", "码"),
    ("黨", "党"),
    ("時", "时"),
    ("間", "间"),
    ("聯", "联"),
    ("電", "电"),
    ("話", "话"),
    ("性別", "性别"),
    ("學", "学"),
    ("歷", "历"),
    ("族別", "民族"),
    ("轉", "转"),
    ("為", "为"),
    ("員", "员"),
    ("組", "组"),
    ("織", "织"),
    ("絡", "络"),
    ("屬", "属"),
    ("證", "证"),
    ("務", "务"),
    ("職", "职"),
    ("單", "单"),
    ("时间", "日期"),
    ("代码", "编码"),
    ("编号", "编码"),
)
_FUZZY = 0.75
_SHAPE_SHARE = 0.8
_TELLING_KINDS = frozenset({Kind.CODE, Kind.ID_NUMBER, Kind.PHONE})
_LONGEST_COMPARED = 40
_ENOUGH_SAMPLES = 3
SUGGESTED_FROM = 0.5
"""Below this confidence nothing is suggested."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header cell; ``readings`` are the texts it may stand for: with two header rows, both joined, and the lower."""

    index: int
    text: str
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a header probably means.

    Attributes:
        key: the column's key, or None when the header is left out.
        confidence: 1 is certain; below 0.9 a person should look.
        reason: one sentence for that person.
    """

    header: Header
    key: str | None
    confidence: float
    reason: Sentence


def fold_header(text: str) -> str:
    """Return a header for comparing: without blanks, signs, remarks in brackets, and with variant words made one."""
    text = fold(_DECORATION.sub("", _BRACKETS.sub("", text)) or text)
    for variant, word in _SAME_WORD:
        text = text.replace(variant, word)
    return text


class HeaderWords:
    """The headers a set of columns is known by, folded once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._words = [
            (column, tuple(dict.fromkeys(fold_header(str(word)) for word in (column.label, *column.synonyms))))
            for column in columns
        ]

    def exact(self, text: str) -> bool:
        """Tell whether a text is one of the known headers."""
        folded = fold_header(text)
        return any(folded in words for _column, words in self._words)

    def scores(self, text: str) -> list[tuple[Column, float]]:
        """Return for each column that a header text may mean how well it does, 0.75 to 0.98."""
        folded = fold_header(text)
        if not folded or len(folded) > _LONGEST_COMPARED:
            return []
        found: list[tuple[Column, float]] = []
        for column, words in self._words:
            if folded in words:
                found.append((column, 0.98 - 0.01 * (words.index(folded) > 0)))
                continue
            best = max((_likeness(folded, word) for word in words), default=0.0)
            if best >= _FUZZY:
                found.append((column, 0.9 * best))
        return found


def _likeness(one: str, other: str) -> float:
    if any((word in one) != (word in other) for word in _TELLING):
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def match_columns(
    headers: Sequence[Header],
    sample_rows: Sequence[Sequence[Cell]],
    columns: Sequence[Column],
    earlier_choices: Mapping[str, str] | None = None,
) -> list[Suggestion]:
    """Suggest a column for each header; each column is used once, and every header gets an answer.

    Args:
        headers: from the table's header row.
        sample_rows: some rows below it, cells from column A.
        columns: what can be imported.
        earlier_choices: folded header (see :func:`fold_header`) → column key, or ``LEFT_OUT``.
    """
    words = HeaderWords(columns)
    parsers = [CellParser(column) for column in columns]
    answers: dict[int, Suggestion] = {}
    free: list[Header] = []
    taken: set[str] = set()
    keys = {column.key for column in columns}
    ours = {fold_header(word) for word in PROBLEM_HEADERS}
    for header in headers:
        folded = fold_header(header.text)
        chosen = (earlier_choices or {}).get(folded)
        if folded in ours:
            answers[header.index] = Suggestion(header, None, 1.0, _("Added by this system when it returned the file."))
        elif chosen == LEFT_OUT and chosen is not None:
            answers[header.index] = Suggestion(header, None, 1.0, _("Left out last time."))
        elif chosen in keys and chosen not in taken:
            taken.add(chosen)
            answers[header.index] = Suggestion(header, chosen, 1.0, _("Chosen so last time."))
        else:
            free.append(header)
    candidates: list[tuple[float, int, str, Header, Sentence]] = []
    for header in free:
        samples = [
            row[header.index] for row in sample_rows if header.index < len(row) and row[header.index] is not None
        ]
        candidates += [
            (score, -header.index, parser.column.key, header, reason)
            for parser, score, reason in _judge(header, samples, words, parsers)
            if score >= SUGGESTED_FROM
        ]
    for score, _order, key, header, reason in sorted(candidates, key=lambda item: item[:3], reverse=True):
        if key not in taken and header.index not in answers:
            taken.add(key)
            answers[header.index] = Suggestion(header, key, round(score, 2), reason)
    nothing = _("No column of this name is known. It is kept in the file but not imported.")
    return [answers.get(header.index) or Suggestion(header, None, 0.0, nothing) for header in headers]


def _judge(
    header: Header, samples: list[Cell], words: HeaderWords, parsers: list[CellParser]
) -> list[tuple[CellParser, float, Sentence]]:
    """Weigh name and values: a name no value agrees with loses to values that speak for another column."""
    by_name: dict[str, float] = {}
    for text in header.readings or (header.text,):
        for column, score in words.scores(text):
            by_name[column.key] = max(by_name.get(column.key, 0.0), score)
    judged: list[tuple[CellParser, float, Sentence]] = []
    for parser in parsers:
        column = parser.column
        name = by_name.get(column.key, 0.0)
        telling = column.kind in _TELLING_KINDS or column.shape is not None
        if not name and not (telling and len(samples) >= _ENOUGH_SAMPLES):
            continue
        share = sum(parser.fits(cell) for cell in samples) / len(samples) if samples else None
        if name and share == 0 and (telling or column.kind is Kind.DATE):
            reason = format_lazy(_("Named like {column}, but the values do not fit."), column=column.label)
            judged.append((parser, name * 0.55, reason))
        elif name:
            sure = name >= 0.97  # noqa: PLR2004  an exact synonym
            reason = _("The header says so.") if sure else format_lazy(_("Similar to {column}."), column=column.label)
            judged.append((parser, name, reason))
        elif share is not None and share >= _SHAPE_SHARE:
            reason = format_lazy(_("The values look like {column}."), column=column.label)
            judged.append((parser, 0.6 + 0.1 * (share == 1), reason))
    return judged
