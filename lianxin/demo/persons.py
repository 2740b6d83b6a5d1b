"""Members that belong to nobody: every field of the national summary sheet and a few more, drawn branch by branch."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from lianxin.demo.cohorts import POSTS
from lianxin.demo.draw import SLOTS, flat, names
from lianxin.demo.identity import ETHNIC_GROUPS, birth_part, id_number, landline_number, mobile_number
from lianxin.demo.places import far_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lianxin.demo.organisation import Organisation

_ADULT: Final = 18
_MONTHS: Final = flat(
    ((1, 3), (2, 2), (3, 5), (4, 7), (5, 9), (6, 22), (7, 12), (8, 5), (9, 7), (10, 8), (11, 10), (12, 10)), 1000
)
# Years between the eighteenth birthday and joining, drawn once per person and cut to the time there was.
_YEARS_TO_JOINING: Final = flat(
    tuple((years, 2.2 if years < 8 else 1.0 if years < 14 else 0.3 if years < 25 else 0.06) for years in range(1, 38)),  # noqa: PLR2004
    1000,
)
_DEGREES: Final = {"11": "2", "14": "3", "21": "4"}
_FRONTLINE: Final = {"1": "rural", "113": "rural", "016": "enterprise", "025": "enterprise", "0253": "enterprise"}
_EXTENSION_FROM: Final = date(1982, 9, 6)
_SURNAME_SLOTS: Final = 16384
_GROUP_NAMES: Final = ("第一党小组", "第二党小组", "第三党小组", "第四党小组", "第五党小组")


class Person(NamedTuple):
    """One member. Codes are those of the national tables; dates are None where the sheet leaves the cell empty.

    A named tuple and not a dataclass: five million are made for a province and it is made twice as fast.
    `unit` is filled in joint branches only; `is_migrant_worker` and `frontline` are derived from the post.
    """

    serial: int
    name: str
    branch_code: str
    branch_name: str
    id_number: str
    sex: str
    ethnic_group: str
    birth_date: date
    education: str
    degree: str
    person_category: str
    joined_on: date
    converted_on: date | None
    work_post: str
    mobile: str
    landline: str
    home_address: str
    membership_status: str
    is_lost: bool
    lost_since: date | None
    is_floating: bool
    flow_to: str
    party_group: str
    unit: str
    is_migrant_worker: bool
    frontline: str

    @property
    def is_full(self) -> bool:
        """Whether the person is a full member."""
        return self.person_category == "1"


@cache
def conversion_date(joined_on: date) -> date:
    """The day a person who joined on that day becomes a full member when probation is not extended.

    The periods are those of the Party's constitutions; before 1956 probation depended on class origin and the usual
    six months stand for it. The day must not be 29 February.
    """
    if joined_on < date(1923, 6, 10) or date(1928, 6, 18) <= joined_on < date(1945, 4, 23):
        return joined_on
    if joined_on < date(1956, 9, 15):
        return joined_on + timedelta(days=183)
    if date(1969, 4, 1) <= joined_on < date(1977, 8, 12):
        return joined_on
    return joined_on.replace(year=joined_on.year + 1)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


def members_of(organisation: Organisation, today: date) -> Iterator[Person]:
    """The members of one branch as of `today`: a pure function of the organisation and the day.

    The first three members (two in a branch planted as too small) are full ones for certain; the last
    `probationary_at_end` joined within the last year.
    """
    if organisation.profile is None:
        return
    random = Random(organisation.seed).random  # noqa: S311 (plausible people, no secrets)
    surnames, male_names, female_names = names()
    posts = POSTS[organisation.profile]
    far = far_places()
    code, branch, address, clan = organisation.code, organisation.name, organisation.address, organisation.clan
    town_house = not organisation.is_village
    count, serial, groups = organisation.member_count, organisation.first_serial - 1, organisation.group_count
    this_year, fresh_from = today.year, count - organisation.probationary_at_end
    year_ago = today - timedelta(days=366)
    owners = [
        unit
        for unit, share in zip(organisation.joint_units, organisation.unit_shares, strict=True)
        for _ in range(share)
    ]
    for place in range(count):
        serial += 1
        post, cohort = posts[int(random() * 1000)]
        age = cohort.ages[int(random() * SLOTS)]
        fresh = place >= fresh_from
        if fresh and (age > 45 or post == "4"):  # noqa: PLR2004 (hardly anyone is admitted later)
            post, age = ("5" if post == "4" else post), 22 + age % 19
        generation = 0 if age < 36 else 1 if age < 51 else 2 if age < 61 else 3  # noqa: PLR2004 (the report's bands)
        male = random() >= cohort.women[generation - 1 if generation > 1 else generation]
        # Age counts full years: the birthday of this year may still lie ahead.
        month, day = int(random() * 12) + 1, int(random() * 28) + 1
        birth_year = this_year - age - ((month, day) > (today.month, today.day))
        surname = clan if clan and random() < 0.5 else surnames[int(random() * _SURNAME_SLOTS)]  # noqa: PLR2004
        given = (male_names if male else female_names)[int(random() * _SURNAME_SLOTS)]
        joined = (
            _recently(random(), today)
            if fresh
            else _joined(random, birth_year, min(year_ago, date(birth_year + 62, 12, 28)))
        )
        converted: date | None = conversion_date(joined)
        if joined >= _EXTENSION_FROM and random() < 0.008:  # noqa: PLR2004 (probation extended once)
            converted = _months_later(conversion_date(joined), 6)
        if converted is not None and converted > today and place >= 3:  # noqa: PLR2004 (three full members at least)
            converted = None
        elif converted is not None and converted > today:
            converted = conversion_date(joined)
        education = cohort.schooling[generation][int(random() * 1024)]
        chance = random()
        no_mobile = age > 75 and chance < 0.4  # noqa: PLR2004
        lost_since = None
        if chance > 0.9985 and converted is not None and place > 5:  # noqa: PLR2004
            lost_since = today.replace(day=1) - timedelta(days=31 * (2 + int(chance * 1e6) % 40))
        suspended = lost_since is not None and (today - lost_since).days > 300 and int(chance * 1e7) % 2 == 0  # noqa: PLR2004
        floating = lost_since is None and place > 4 and (post == "113" or chance < 0.012) and random() < 0.75  # noqa: PLR2004
        number = int(random() * 380) + 1
        yield Person(
            serial,
            surname + given,
            code,
            branch,
            id_number(serial, birth_part(birth_year, month, day), male=male),
            "1" if male else "2",
            ETHNIC_GROUPS[int(random() * 8192)],
            date(birth_year, month, day),
            education,
            _DEGREES.get(education, ""),
            "2" if converted is None else "1",
            joined,
            converted,
            post,
            "" if no_mobile else mobile_number(serial),
            landline_number(serial, organisation.area_code) if no_mobile or chance < 0.06 else "",  # noqa: PLR2004
            f"{address}{number % 24 + 1}号楼{number % 4 + 1}单元{number % 6 + 1}0{number % 2 + 1}室"
            if town_house
            else f"{address}{number}号",
            "suspended" if suspended else "normal",
            lost_since is not None,
            lost_since,
            floating,
            far[int(random() * len(far))] if floating else "",
            _GROUP_NAMES[place * groups // count] if groups else "",
            owners[place] if owners else "",
            post in {"113", "0253"},
            _FRONTLINE.get(post, "teaching_research" if post == "013" else "none"),
        )


def _recently(chance: float, today: date) -> date:
    """A day in the eleven months before today, never the 29th or later."""
    day = today - timedelta(days=5 + int(chance * 330))
    return day.replace(day=min(day.day, 28))


def _joined(random: Callable[[], float], birth_year: int, last: date) -> date:
    """A day of joining in or after the year of the nineteenth birthday, not later than `last`."""
    room = last.year - birth_year - _ADULT
    years = _YEARS_TO_JOINING[int(random() * 1000)]
    if years > room:
        years = 1 + int(random() * room) if room > 1 else 1
    day = date(birth_year + _ADULT + years, _MONTHS[int(random() * 1000)], int(random() * 28) + 1)
    return day if day <= last else last.replace(day=min(last.day, 28))
