"""How Chinese names are typed on a keyboard: pinyin without tones, and the first letter of each syllable."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

PINYIN_LENGTH = 255
INITIALS_LENGTH = 60
SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"),
    "单": ("shan",),
    "曾": ("zeng",),
    "仇": ("qiu",),
    "解": ("xie",),
    "查": ("zha",),
    "区": ("ou",),
    "任": ("ren",),
    "华": ("hua",),
    "朴": ("piao",),
    "盖": ("ge",),
    "乐": ("yue",),
    "召": ("shao",),
    "种": ("chong",),
    "翟": ("zhai",),
    "覃": ("qin",),
    "燕": ("yan",),
    "宁": ("ning",),
    "纪": ("ji",),
    "褚": ("chu",),
    "繁": ("po",),
    "逄": ("pang",),
    "员": ("yun",),
    "缪": ("miao",),
    "黑": ("he",),
    "秘": ("bi",),
    "冼": ("xian",),
    "过": ("guo",),
    "卜": ("bu",),
    "柏": ("bai",),
    "尹": ("yin",),
    "晁": ("chao",),
    "牟": ("mu",),
    "郇": ("xun",),
    "洗": ("xian",),
    "重": ("chong",),
    "车": ("che",),
    "折": ("she",),
    "乜": ("nie",),
    "祭": ("zhai",),
    "隗": ("wei",),
    "哈": ("ha",),
    "那": ("na",),
    "曲": ("qu",),
    "都": ("du",),
    "石": ("shi",),
    "沈": ("shen",),
}
"""Surnames that are read otherwise than the same characters elsewhere, or that a word list might read otherwise."""


class Pinyin(NamedTuple):
    """`full` for "北宋镇" is "beisongzhen", `initials` is "bsz"; both in small letters."""

    full: str
    initials: str


@lru_cache(maxsize=4096)
def pinyin_of(text: str) -> Pinyin:
    """How the name of a thing is typed. Letters and digits stay, punctuation goes; cut to what the tables hold."""
    return _joined(_syllables(text))


@lru_cache(maxsize=4096)
def person_pinyin_of(name: str) -> Pinyin:
    """How a person's name is typed: like `pinyin_of`, with the surname read as a surname (单 is shan, 曾 is zeng)."""
    for length in (2, 1):
        read = SURNAMES.get(name[:length]) if len(name) > length else None
        if read:
            return _joined([*read, *_syllables(name[length:])])
    return _joined(_syllables(name))


def typed(text: str) -> str:
    """What somebody typed in a search box, folded as the stored pinyin is: width, case and blanks do not matter."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _syllables(text: str) -> list[str]:
    parts = lazy_pinyin(unicodedata.normalize("NFKC", text), style=Style.NORMAL, errors=_kept)  # type: ignore[arg-type] # takes lists too
    return [part for part in parts if part]


def _kept(rest: str) -> list[str]:
    return [letter.casefold() for letter in rest if letter.isascii() and letter.isalnum()]


def _joined(syllables: list[str]) -> Pinyin:
    return Pinyin("".join(syllables)[:PINYIN_LENGTH], "".join(one[0] for one in syllables)[:INITIALS_LENGTH])
