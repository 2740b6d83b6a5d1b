from datetime import date, timedelta

import pytest

from lianxin.members.actions.adding import add
from lianxin.rules.facade import id_check_character


def id_number(birth="19700101", sequence="001"):
    first = f"990101{birth}{sequence}"
    return first + id_check_character(first)


def facts(**given):
    return {
        "name": "王建国",
        "sex": "1",
        "ethnic_group": "01",
        "birth_date": date(1970, 1, 1),
        "education": "61",
        "joined_on": date(1995, 7, 1),
        "converted_on": date(1996, 7, 1),
        "work_post": "1",
        "id_number": id_number(),
        "mobile": "12000000001",
        "home_address": "北宋镇柳树村12号",
    } | given


@pytest.fixture
def enter(cast, at, today):
    def enter(place="willow", *, since=None, when=None, **given):
        since = since or today - timedelta(days=400)
        member = add(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            facts=facts(**given),
            since=since,
            at=when or at - timedelta(hours=1),
        )
        member.since = since
        return member

    return enter


@pytest.fixture
def wang(enter):
    return enter()


@pytest.fixture
def zhang(enter):
    return enter(
        "poplar",
        name="张秀英",
        sex="2",
        birth_date=date(1980, 5, 6),
        joined_on=date(2005, 7, 1),
        converted_on=date(2006, 7, 1),
        id_number=id_number("19800506", "002"),
        mobile="12000000002",
    )


@pytest.fixture
def reed_member(enter):
    return enter("reed", name="单志远", id_number=id_number("19700101", "003"), mobile="12000000003")
