from collections import Counter
from datetime import date
from itertools import islice

import pytest

from lianxin.demo.places import read_lijin, read_province
from lianxin.demo.scales import SIZES, batches, members, organisations, plans

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def city():
    return list(organisations("city", today=TODAY))


def test_the_lists_of_lijin_differ_as_the_statistics_say():
    old, new = ({v.code: v.name for t in read_lijin(year).towns for v in t.villages} for year in (2016, 2023))
    assert (len(old.keys() - new.keys()), len(new.keys() - old.keys())) == (26, 12)


def test_the_province_has_all_towns_and_villages_of_the_list():
    towns = [town for county in read_province() for town in county.towns]
    assert (len(towns), sum(len(town.villages) for town in towns)) == (1_853, 62_074)


def test_the_city_has_exactly_the_announced_size(city):
    assert len(city) == SIZES["city"].organisations
    assert sum(o.member_count for o in city) == SIZES["city"].members


def test_the_city_is_a_tree_without_two_organisations_of_one_name(city):
    seen = set()
    for organisation in city:
        assert organisation.parent_code in seen or not seen
        seen.add(organisation.code)
    assert len(seen) == len(city)
    assert [name for name, times in Counter(o.name for o in city).items() if times > 1] == []


def test_persons_are_numbered_without_gap_or_overlap(city):
    expected = 0
    for organisation in city:
        if organisation.is_leaf:
            assert organisation.first_serial == expected
            expected += organisation.member_count
    assert expected == SIZES["city"].members


def test_shards_together_are_the_whole_and_each_is_always_the_same():
    codes = [plan.county.code for plan in plans("city", 7, TODAY)]
    sharded = [[plan.county.code for plan in plans("city", 7, TODAY, (k, 3))] for k in range(3)]
    assert sorted(code for shard in sharded for code in shard) == codes
    first = list(islice(members("city", 7, today=TODAY, shard=(1, 3)), 50))
    whole = {p.serial: p for p in islice(members("city", 7, today=TODAY), first[-1].serial + 1)}
    assert [whole[p.serial] for p in first] == first


def test_a_shard_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no shard 3 of 3"):
        next(plans("city", 7, TODAY, (3, 3)))


def test_the_heads_of_the_province_come_first_and_only_in_the_first_shard():
    first = [batch.organisation for batch in islice(batches("province", today=TODAY, shard=(0, 8)), 18)]
    assert first[0].name == "中共山东省委员会"
    assert {o.parent_code for o in first[1:17]} == {"37"}
    assert first[17].parent_code == "3701"
    second = next(batches("province", today=TODAY, shard=(1, 8))).organisation
    assert len(second.code) == 6
