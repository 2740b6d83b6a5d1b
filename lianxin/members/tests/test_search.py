import pytest
from django.http import QueryDict

from lianxin.members.facade import ROSTER, decease, roster_rows, search_members

from .conftest import id_number


def found(cast, text, who="clerk"):
    return {one.name for one in search_members(cast.actor(who), text)}


@pytest.fixture(autouse=True)
def _everybody(wang, zhang, reed_member):
    pass


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王", {"王建国"}),
        ("王建", {"王建国"}),
        ("建国", set()),
        ("wangj", {"王建国"}),
        ("WJG", {"王建国"}),
        ("zhangxiuying", {"张秀英"}),
        ("shan", {"单志远"}),
        ("szy", {"单志远"}),
        ("dan", set()),
        (id_number(), {"王建国"}),
        (id_number()[-4:], {"王建国"}),
        ("12000000002", {"张秀英"}),
        ("0002", {"张秀英"}),
        ("１２０００００００02", {"张秀英"}),
        ("12000000009", set()),
        ("柳树村", {"王建国"}),
        ("北宋镇", {"王建国", "张秀英"}),
        ("盐窝", {"单志远"}),
        ("", set()),
        ("%", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_people_are_found_by_what_one_types(cast, text, names):
    assert found(cast, text) == names


def test_nobody_is_found_out_of_reach(cast):
    for text in ("单", "szy", id_number("19700101", "003"), "12000000003", "0003", "盐窝"):
        assert found(cast, text, "town_clerk") == set()
        assert found(cast, text, "outsider") == {"单志远"}


def test_the_dead_are_found_by_their_number_only(cast, wang, at, today):
    decease(cast.actor("clerk"), member=wang.id, since=today, at=at)
    assert found(cast, "王建国") == set()
    assert found(cast, id_number()) == {"王建国"}


def rows(cast, query, who="clerk"):
    page = ROSTER.page(roster_rows(cast.actor(who)), QueryDict(query))
    return {one.name for one in page.rows}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"王建国", "张秀英", "单志远"}),
        ("sex=2", {"张秀英"}),
        ("sex=1&sex=2", {"王建国", "张秀英", "单志远"}),
        ("person_category=probationary", set()),
        ("status=deceased", set()),
        ("education=60", {"王建国", "张秀英", "单志远"}),
        ("education=20", set()),
        ("work_post=1", {"王建国", "张秀英", "单志远"}),
        ("work_post=0", set()),
        ("ethnic_group=minority", set()),
        ("is_lost=yes", set()),
        ("is_lost=no", {"王建国", "张秀英", "单志远"}),
        ("joined_from=2000-01-01", {"张秀英"}),
        ("joined_to=2000-01-01", {"王建国", "单志远"}),
        ("organisation=370522101", {"王建国", "张秀英"}),
        ("organisation=nonsense", set()),
        ("age=0-30", set()),
        ("q=wjg&sex=2", set()),
    ],
)
def test_filters_narrow_the_roster(cast, query, names):
    assert rows(cast, query) == names


def test_the_age_bands_hold_everybody_once(cast):
    bands = [key for one in ROSTER.filters if one.key == "age" for key, _label in one.choices()]
    counted = [name for band in bands for name in rows(cast, f"age={band}")]
    assert sorted(counted) == sorted({"王建国", "张秀英", "单志远"})


def test_pages_follow_one_another_without_a_gap(cast, enter):
    for number in range(7):
        enter(name="李四", id_number="", mobile="", birth_date=f"19{70 + number}-02-02")
    seen, query = [], "sort=name"
    for _page in range(9):
        page = ROSTER.page(roster_rows(cast.actor("clerk")), QueryDict(query), size=2)
        seen += [one.id for one in page.rows]
        if not page.next_query:
            break
        query = page.next_query
    assert len(seen) == len(set(seen)) == 10


def test_a_person_called_like_an_organisation_is_found_beside_its_members(cast, enter):
    enter("reed", name="柳树村", id_number="", mobile="")
    assert rows(cast, "q=柳树村") == {"柳树村", "王建国"}
    assert rows(cast, "q=柳树村", "town_clerk") == {"王建国"}, "somebody out of reach changes nothing"
    assert rows(cast, "q=北宋镇") == {"王建国", "张秀英"}
