import hashlib
from collections import Counter
from datetime import date, timedelta

import pytest

from lianxin.demo.persons import conversion_date, members_of
from lianxin.demo.places import read_lijin
from lianxin.demo.scales import DEFAULT_SEED, SIZES, batches, members, organisations, plans
from lianxin.demo.tests.test_identity import check_digit

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def county():
    return list(batches("county", today=TODAY))


@pytest.fixture(scope="module")
def people(county):
    return [person for batch in county for person in batch.members]


def age(person):
    return (
        TODAY.year
        - person.birth_date.year
        - ((TODAY.month, TODAY.day) < (person.birth_date.month, person.birth_date.day))
    )


def share(people, test):
    return sum(1 for person in people if test(person)) / len(people)


def test_the_county_has_the_villages_of_the_list_and_the_size_of_the_article(county, people):
    listed = {v.code for t in read_lijin(2016).towns for v in t.villages if v.kind == "village"}
    assert len(listed) == 512
    assert {b.organisation.code for b in county if b.organisation.is_village} == listed
    assert len(county) == SIZES["county"].organisations > 1_000
    assert len(people) == SIZES["county"].members > 19_000
    assert sum("片区" in b.organisation.name for b in county) == 31


def test_every_parent_stands_and_was_founded_before_its_children(county):
    seen = {}
    for organisation in (batch.organisation for batch in county):
        if organisation.parent_code:
            assert seen[organisation.parent_code].founded_on <= organisation.founded_on, organisation.name
        else:
            assert not seen
        assert organisation.founded_on <= organisation.term_start < organisation.term_end
        seen[organisation.code] = organisation
    assert len(seen) == len(county)


def test_full_names_and_credit_codes_are_unlike(county):
    for values in (
        [b.organisation.name for b in county],
        [b.organisation.unit.credit_code for b in county if b.organisation.unit],
    ):
        assert len(set(values)) == len(values)


def test_a_village_branch_is_named_as_on_its_seal(county):
    names = {batch.organisation.code: batch.organisation for batch in county}
    village = next(o for o in names.values() if o.code == "370522101201")
    assert village.name == "中共利津县北宋镇洼张村支部委员会"
    assert village.short_name == "洼张村党支部"
    assert "片区" in names[village.parent_code].name


def test_numbers_are_valid_unlike_and_agree_with_sex_and_birth(people):
    assert len({p.id_number for p in people}) == len(people)
    assert len({p.mobile for p in people if p.mobile}) == sum(1 for p in people if p.mobile)
    for person in people:
        assert person.id_number[:2] == "99"
        assert person.id_number[17] == check_digit(person.id_number[:17])
        assert person.id_number[6:14] == person.birth_date.strftime("%Y%m%d")
        assert int(person.id_number[16]) % 2 == (person.sex == "1")
        assert person.mobile or person.landline


def test_dates_are_in_order(people):
    for person in people:
        assert person.joined_on >= person.birth_date.replace(year=person.birth_date.year + 18)
        assert person.joined_on <= TODAY
        if person.converted_on is None:
            assert person.person_category == "2"
            assert (TODAY - person.joined_on).days < 560
        else:
            assert person.person_category == "1"
            assert conversion_date(person.joined_on) <= person.converted_on <= TODAY
        assert (person.lost_since is not None) == person.is_lost
        assert bool(person.flow_to) == person.is_floating


@pytest.mark.parametrize(
    ("joined", "converted"),
    [
        (date(1969, 3, 31), date(1970, 3, 31)),
        (date(1969, 4, 1), date(1969, 4, 1)),
        (date(1977, 8, 11), date(1977, 8, 11)),
        (date(1977, 8, 12), date(1978, 8, 12)),
        (date(2025, 6, 20), date(2026, 6, 20)),
        (date(1945, 4, 22), date(1945, 4, 22)),
    ],
)
def test_probation_follows_the_constitution_of_its_day(joined, converted):
    assert conversion_date(joined) == converted


# National shares: communiqué on Party statistics as of 31 December 2024.
@pytest.mark.parametrize(
    ("low", "high", "published"),
    [
        (0, 30, 0.1224), (31, 35, 0.1074), (36, 40, 0.1144), (41, 45, 0.0966),
        (46, 50, 0.0902), (51, 55, 0.0939), (56, 60, 0.0862), (61, 120, 0.2889),
    ],
)  # fmt: skip
def test_ages_are_like_the_published_ones(people, low, high, published):
    assert share(people, lambda p: low <= age(p) <= high) == pytest.approx(published, abs=0.016)


def test_other_shares_are_like_the_published_ones_or_a_rural_county(people):
    assert share(people, lambda p: p.sex == "2") == pytest.approx(0.309, abs=0.025)
    assert share(people, lambda p: p.ethnic_group != "01") == pytest.approx(0.010, abs=0.004)
    assert share(people, lambda p: p.work_post.startswith("1")) == pytest.approx(0.43, abs=0.03)
    assert share(people, lambda p: p.education < "40") == pytest.approx(0.49, abs=0.03)
    assert share(people, lambda p: p.person_category == "2") == pytest.approx(0.020, abs=0.006)
    assert share(people, lambda p: len(p.name) == 2) == pytest.approx(0.12, abs=0.01)
    assert Counter(p.name[0] for p in people).most_common(1)[0][0] == "王"


def test_what_was_planted_is_there_and_nothing_else(county):
    (plan,) = plans("county", DEFAULT_SEED, TODAY)
    planted = Counter(kind for kind, _ in plan.irregularities)
    found = Counter()
    for organisation, people, held in county:
        full = sum(1 for p in people if p.is_full)
        own = [post for post in held if post.organisation_code == organisation.code]
        units = Counter(p.unit for p in people if p.is_full and p.unit)
        found["under_three_full_members"] += organisation.is_leaf and full < 3
        found["over_fifty_members"] += full > 50
        found["joint_over_five_units"] += len(organisation.joint_units) > 5
        found["unit_without_branch"] += any(count >= 3 for count in units.values())
        found["committee_missing"] += full >= 7 and len(own) < 3
        found["term_expired"] += organisation.term_end < TODAY
        found["term_expiring"] += TODAY <= organisation.term_end <= TODAY + timedelta(days=184)
    assert found == planted
    assert len(planted) == 7


def test_every_organisation_has_one_secretary_who_is_a_full_member(county):
    secretaries = Counter(post.organisation_code for b in county for post in b.posts if post.post == "书记")
    assert set(secretaries) == {b.organisation.code for b in county}
    assert set(secretaries.values()) == {1}
    assert all(post.person.is_full for b in county for post in b.posts)


def digest(seed, today=TODAY):
    text = "\n".join(map(repr, organisations("county", seed, today=today)))
    text += "\n".join(map(repr, members("county", seed, today=today)))
    return hashlib.sha256(text.encode()).hexdigest()


def test_same_seed_same_bytes_and_another_seed_or_day_others():
    first = digest(DEFAULT_SEED)
    assert first == digest(DEFAULT_SEED)
    assert first != digest(DEFAULT_SEED + 1)
    assert first != digest(DEFAULT_SEED, date(2026, 11, 20))


def test_a_branch_alone_gives_the_same_people_as_the_whole_stream(county):
    batch = county[700]
    assert batch.members
    assert list(members_of(batch.organisation, TODAY)) == batch.members


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2027, 1, 1), date(2030, 12, 31)])
def test_any_day_will_do(day):
    for organisation in organisations("county", today=day):
        for person in members_of(organisation, day):
            assert person.joined_on >= person.birth_date.replace(year=person.birth_date.year + 18)
            assert person.joined_on <= day
            assert person.converted_on is None or person.converted_on <= day
