"""Whether two questions ask for the same thing, whatever words and characters they use. Pure: no database.

1. `plain`: width, case, blanks, brackets with a unit, politeness and the period go: "请填写本支部2026年党员总数（人）"
   is "党员数"; what is asked stays the same question in another year.
2. `sounds`: the syllables, so that a slip of the keyboard (书纪 for 书记) makes no new question.
3. `alike`: twice the pairs of neighbouring syllables two questions share, over all of them (Dice's coefficient).
   From `THRESHOLD` on they are taken for the same. Source: our own choice, measured on the headings of public forms.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

THRESHOLD = 0.85
LONGEST_SOUND = 255
_UNITS = re.compile(r"\((?:单位[::]?)?[^()]{0,6}\)")
_NOISE = re.compile(
    r"请如实填写|请填写|请填报|请提供|请注明|填写|填报|提供|上报|报送|"
    r"截至目前|截止目前|截至|目前|当前|现有|现在|全部|共有|共计|合计|总共|累计|"
    r"本年度|今年|去年|上半年|下半年|本季度|本月|第?[一二三四1234]季度|全年|年度|\d{4}年度?|\d{1,2}月份?|"
    r"开展|召开|举办|举行|"
    r"所在|所属的?|你们|贵|本|我|该|的|是否为?|多少|几"
)
_SAME = (
    (re.compile(r"基层党组织|党支部|党组织"), "支部"),
    (re.compile(r"总人数|人员总数|总数量|总数|人数|数量|个数|总量"), "数"),
    (re.compile(r"花名册|名册|名单|一览表|明细表|清单"), "名单"),
    (re.compile(r"手机号码|手机号|移动电话"), "手机号"),
    (re.compile(r"联系电话|电话号码|联系方式"), "联系电话"),
    (re.compile(r"身份证号码|公民身份号码|公民身份证号|身份证号"), "身份证号"),
    (re.compile(r"日期|时间"), "时间"),
    (re.compile(r"支部党员大会|支部大会"), "党员大会"),
    (re.compile(r"支部委员会会议|支部委员会会|支委会议"), "支委会"),
    (re.compile(r"支部主题党日(?:活动)?|主题党日活动|(?<!主题)党日活动"), "主题党日"),
    (re.compile(r"活动"), ""),
    (re.compile(r"情况(?:说明|汇总|统计)?$|汇总$|统计$"), ""),
    (re.compile(r"^支部(?!名|书|副|委|类|电|联|组|成|换|届|班|编|简|设|全|地|所|分)"), ""),
)


@lru_cache(maxsize=4096)
def plain(label: str) -> str:
    """The question without what does not change it."""
    text = unicodedata.normalize("NFKC", label).casefold()
    text = "".join(text.split())
    text = _UNITS.sub("", text)
    text = "".join(sign for sign in text if sign.isalnum())
    short = _NOISE.sub("", text)
    for pattern, word in _SAME:
        short = pattern.sub(word, short)
    return short or text


@lru_cache(maxsize=4096)
def sounds(label: str) -> tuple[str, ...]:
    """The syllables of the question; letters and digits stand for themselves."""
    return tuple(lazy_pinyin(plain(label), style=Style.NORMAL, errors=list))  # type: ignore[arg-type] # takes lists too


def sound_key(label: str) -> str:
    """The syllables as one text, to be kept and compared."""
    return " ".join(sounds(label))[:LONGEST_SOUND]


def alike(one: str, other: str) -> float:
    """How much two questions ask for the same, from 0 to 1; 1 where they sound the same."""
    first, second = sounds(one), sounds(other)
    if first == second:
        return 1.0
    pairs, others = _pairs(first), _pairs(second)
    if not pairs or not others:
        return 0.0
    return 2 * len(pairs & others) / (len(pairs) + len(others))


def _pairs(syllables: tuple[str, ...]) -> set[tuple[str, str]]:
    return set(pairwise(syllables))
