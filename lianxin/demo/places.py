"""Real places: the division lists of the National Bureau of Statistics, read into counties, towns and villages."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

VillageKind = Literal["village", "community"]
TownKind = Literal["street", "township", "zone"]

# Longest first: "类似居委会" must go before "居委会".
_VILLAGE_ENDINGS = ("村民委员会", "居民委员会", "类似居委会", "村委会", "居委会", "委员会")
_TOWN_ENDINGS = ("办事处", "管理委员会")
_LIJIN = "370522"


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community: 12-digit division code, everyday name (饼子铺村) and name of its own body."""

    code: str
    name: str
    kind: VillageKind
    unit_name: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town-level unit: street, town or township, or zone (an administration without a township government)."""

    code: str
    name: str
    kind: TownKind
    villages: tuple[Village, ...]


@dataclass(frozen=True, slots=True)
class County:
    """A county-level unit with everything below it."""

    code: str
    name: str
    city: str
    towns: tuple[Town, ...]

    @property
    def title(self) -> str:
        """Name that is unlike any other in the province: districts such as 市中区 carry their city's name."""
        return self.name if self.name.endswith(("县", "市")) else self.city + self.name


def _rows(name: str) -> list[dict[str, str]]:
    data = (files("lianxin.demo") / "data" / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def read_village(code: str, unit_name: str) -> Village:
    """The village behind a code and the name of its committee; the statistics' suffixes are taken off."""
    kind: VillageKind = "village" if unit_name.endswith(("村民委员会", "村委会", "村")) else "community"
    name = unit_name
    for ending in _VILLAGE_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            name = name.removesuffix(ending)
            break
    if kind == "village" and not name.endswith("村"):
        name += "村"
    return Village(code, name, kind, unit_name)


def _told_apart(villages: list[Village]) -> tuple[Village, ...]:
    """Two villages of one town that share a name (Shandong has some) get numbers, for seals and rosters must differ."""
    seen: Counter[str] = Counter()
    apart = []
    for village in villages:
        seen[village.name] += 1
        times = seen[village.name]
        apart.append(village if times == 1 else replace(village, name=f"{village.name}（{times}）"))
    return tuple(apart)


def _town_kind(code: str) -> TownKind:
    """Positions 7 to 9 say it: below 100 a street, below 400 a town or township, from 400 on a zone."""
    number = int(code[6:9])
    return "street" if number < 100 else "township" if number < 400 else "zone"  # noqa: PLR2004 (the standard's borders)


def _town_name(name: str, county: str) -> str:
    for ending in _TOWN_ENDINGS:
        name = name.removesuffix(ending)
    short = name.removeprefix(county)
    return short or name


@cache
def read_lijin(year: int = 2016) -> County:
    """Lijin county as the list of 2016 (512 villages) or 2023 (499 villages) has it.

    Raises:
        FileNotFoundError: no list of that year is shipped.
    """
    rows = _rows(f"lijin_{_LIJIN}_{year}.csv")
    below: dict[str, list[Village]] = {}
    for row in rows:
        if row["level"] == "village":
            below.setdefault(row["parent_code"], []).append(read_village(row["code"], row["name"]))
    towns = tuple(
        Town(
            row["code"],
            _town_name(row["name"], "利津县"),
            _town_kind(row["code"]),
            _told_apart(below.get(row["code"], [])),
        )
        for row in rows
        if row["level"] == "town"
    )
    return County(_LIJIN, "利津县", "东营市", towns)


@cache
def read_province() -> tuple[County, ...]:
    """The counties of Shandong in code order, from the list of 2023."""
    cities = {row["code"]: row["name"] for row in _rows("cn_cities_2023.csv")}
    villages: dict[str, list[Village]] = {}
    for row in _rows("shandong_37_villages_2023.csv.gz"):
        villages.setdefault(row["town_code"], []).append(read_village(row["code"], row["name"]))
    towns: dict[str, list[tuple[str, str]]] = {}
    for row in _rows("shandong_37_towns_2023.csv"):
        towns.setdefault(row["county_code"], []).append((row["code"], row["name"]))
    return tuple(
        County(
            row["code"],
            row["name"],
            cities[row["cityCode"]],
            tuple(
                Town(code, _town_name(name, row["name"]), _town_kind(code), _told_apart(villages.get(code, [])))
                for code, name in sorted(towns[row["code"]])
            ),
        )
        for row in _rows("cn_areas_2023.csv")
        if row["provinceCode"] == "37" and row["code"] in towns
    )


@cache
def far_places() -> tuple[str, ...]:
    """Where floating members go: the districts of the big cities of the east, province, city and district."""
    wanted = {"3702": "山东省青岛市", "3701": "山东省济南市", "3201": "江苏省南京市", "3205": "江苏省苏州市"}
    wanted |= {"1101": "北京市", "1201": "天津市", "3101": "上海市", "3301": "浙江省杭州市", "4403": "广东省深圳市"}
    return tuple(
        wanted[row["cityCode"]] + row["name"]
        for row in _rows("cn_areas_2023.csv")
        if row["cityCode"] in wanted and not row["name"].endswith("开发区")
    )


# Area codes of the fixed telephone network, by city; the local part we make begins with 0, which no exchange uses.
LANDLINE_AREA = {
    "济南市": "0531",
    "青岛市": "0532",
    "淄博市": "0533",
    "枣庄市": "0632",
    "东营市": "0546",
    "烟台市": "0535",
    "潍坊市": "0536",
    "济宁市": "0537",
    "泰安市": "0538",
    "威海市": "0631",
    "日照市": "0633",
    "临沂市": "0539",
    "德州市": "0534",
    "聊城市": "0635",
    "滨州市": "0543",
    "菏泽市": "0530",
}
