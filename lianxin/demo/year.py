"""A year of organisation life of a branch or committee, as plain data: what was held on which day.

Most branches keep to the rhythm of the regulations, some slip now and then, a few hardly meet: what a picture is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from lianxin.demo.draw import pick
from lianxin.kernel.time import SHANGHAI, add_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MONTHS_BACK = 11
FEBRUARY, DECEMBER = 2, 12
BEFORE_FESTIVAL, AFTER_FESTIVAL = 10, 26
"""Days of February: nobody meets around the Spring Festival."""
QUARTER = 3
KEEPING = ((0.86, 0.995), (0.97, 0.82), (1.0, 0.35))
"""Up to which share of branches, and the chance that each keeps one meeting: steady, slipping, hardly meeting."""
HOURS = (time(9, 0), time(14, 30), time(15, 0), time(15, 0), time(19, 30))
PLACES = ("党员活动室", "村委会会议室", "党群服务中心二楼", "新时代文明实践站")
UNIT_PLACES = ("党员活动室", "第一会议室", "三楼会议室")
STUDIES = (
    "学习党章党规",
    "学习《中国共产党支部工作条例（试行）》",
    "学习党的创新理论",
    "清理村庄环境",
    "走访困难党员和老党员",
    "慰问困难群众",
    "参观革命旧址",
    "反诈宣传进家门",
)
IN_SEASON = {
    3: "春耕助农",
    4: "护河清淤",
    5: "护林防火宣传",
    6: "防汛备汛演练",
    7: "重温入党誓词",
    8: "抗旱排涝互助",
    9: "秋收助农",
    10: "秋收防火宣传",
    12: "冬季取暖安全入户宣传",
}
"""What villages and units do in a month, beside what they study all year round."""
LEAVE_REASONS = ("外出务工", "外出务工", "因病就医", "在外地照看孩子", "单位值班", "外出培训")


@dataclass(frozen=True, slots=True)
class Gathering:
    """One activity that was held: its kinds, when and where, its title, and whether only the committee was invited."""

    kinds: tuple[str, ...]
    starts_at: datetime
    minutes: int
    title: str
    place: str
    is_of_committee: bool = False


def gatherings(
    code: str, *, has_committee: bool, in_village: bool, is_branch: bool, today: date
) -> Iterator[Gathering]:
    """What an organisation held in the twelve months up to today, in the order of days. The same for the same code."""
    random = Random(f"year:{code}")  # noqa: S311 - data for a demonstration
    keeping = next(chance for share, chance in KEEPING if random.random() <= share or share == 1.0)
    life = _Life(random, keeping, pick(random.random, PLACES if in_village else UNIT_PLACES), today)
    first = add_months(today.replace(day=1), -MONTHS_BACK)
    for back in range(MONTHS_BACK + 1):
        month = add_months(first, back)
        found = life.branch_month(month, has_committee=has_committee) if is_branch else life.committee_month(month)
        yield from sorted((one for one in found if one is not None), key=lambda one: one.starts_at)


class _Life:
    """The habits of one organisation: its fixed day and hour, its usual place, how surely it meets."""

    def __init__(self, random: Random, keeping: float, place: str, today: date) -> None:
        self.random, self.keeping, self.place, self.today = random, keeping, place, today
        self.theme_day = 5 + int(random.random() * 21)
        self.hour = pick(random.random, HOURS)
        self.lecture_month = int(random.random() * QUARTER)

    def branch_month(self, month: date, *, has_committee: bool) -> list[Gathering | None]:
        """Theme day with a lecture once a quarter, committee, general meeting in the quarter's last month."""
        turn = (month.month - 1) % QUARTER
        quarter = (month.month - 1) // QUARTER + 1
        lecture = ("party_lecture",) if turn == self.lecture_month else ()
        choices = (*STUDIES, *[IN_SEASON[month.month]] * 3) if month.month in IN_SEASON else STUDIES
        theme = f"{month.month}月主题党日：{pick(self.random.random, choices)}"
        found = [self._held(month, self.theme_day, ("theme_day", *lecture), 120, theme)]
        if has_committee:
            day = max(1, self.theme_day - 3 - int(self.random.random() * 4))
            title = f"{month.month}月支部委员会会议"
            found.append(self._held(month, day, ("committee_meeting",), 60, title, of_committee=True))
        if turn == QUARTER - 1 or (self.today < add_months(month, 1) and turn and self.random.random() < self.keeping):
            title = f"{month.year}年第{quarter}季度党员大会"
            found.append(self._held(month, min(28, self.theme_day + 2), ("general_meeting",), 90, title))
        if month.month == DECEMBER or (month.month == DECEMBER - 1 and self.random.random() < 0.25):  # noqa: PLR2004
            found.append(self._held(month, 20, ("org_life_meeting",), 150, f"{month.year}年度组织生活会"))
        return found

    def committee_month(self, month: date) -> list[Gathering | None]:
        """A committee's secretary lectures once a year, its members hold their meeting at the turn of the year."""
        found: list[Gathering | None] = []
        if month.month == 7:  # noqa: PLR2004 - around the founding day
            found.append(self._held(month, 1, ("party_lecture",), 90, "庆祝建党专题党课"))
        if month.month == DECEMBER:
            title = f"{month.year}年度民主生活会"
            found.append(self._held(month, 26, ("democratic_life_meeting",), 180, title, of_committee=True))
        return found

    def _held(
        self, month: date, day: int, kinds: Sequence[str], minutes: int, title: str, *, of_committee: bool = False
    ) -> Gathering | None:
        """The gathering, unless this organisation let it pass or its day is still to come."""
        kept = self.random.random() < self.keeping
        on = month.replace(day=AFTER_FESTIVAL if month.month == FEBRUARY and day > BEFORE_FESTIVAL else day)
        if not kept or on >= self.today:
            return None
        begins = datetime.combine(on, self.hour, SHANGHAI)
        return Gathering(tuple(kinds), begins, minutes, title, self.place, of_committee)


def ends(one: Gathering) -> datetime:
    """When it ended."""
    return one.starts_at + timedelta(minutes=one.minutes)
