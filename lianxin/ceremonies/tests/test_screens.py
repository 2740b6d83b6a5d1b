"""The screens of ceremonies, and the text of the oath, which the software never brings itself."""

import pytest

from lianxin.ceremonies.models import OathText
from lianxin.kernel.models import Event
from lianxin.kernel.time import today
from lianxin.members.facade import Member
from lianxin.messaging.tests.conftest import new_members

TEXT = "第一句……\n第二句……"  # stands in for the official file


@pytest.fixture
def member(cast, at):
    day = today().replace(year=1999)
    (member,) = new_members(["李伟"], cast.willow, at, joined_on=day, converted_on=day.replace(year=2000))
    return member


def test_the_secretary_finds_the_day_at_home_and_greets(cast, member):
    client = cast.client("secretary")
    assert "李伟" in client.get("/work/").content.decode()
    page = client.get(f"/work/ceremonies/greetings/{member}/").content.decode()
    assert "李伟" in page
    answer = client.post(f"/work/ceremonies/greetings/{member}/", {"way": "in_person", "text": ""})
    assert answer.status_code == 302
    assert Event.objects.filter(kind="ceremonies.greeted", subject_id=member).exists()


def test_a_committee_is_not_shown_one_member_after_the_other(cast, member, at, monkeypatch):
    clerk = cast.client("clerk")
    assert "李伟" not in clerk.get("/work/").content.decode()
    assert "李伟" in clerk.get("/work/ceremonies/").content.decode()  # few: their names
    monkeypatch.setattr("lianxin.ceremonies.views.birthdays.MOST_LISTED", 0)
    page = clerk.get("/work/ceremonies/").content.decode()
    assert "李伟" not in page  # many: how many each organisation below has
    assert f"organisation={cast.north.pk}" in page
    assert "李伟" not in clerk.get(f"/work/ceremonies/?organisation={cast.north.pk}").content.decode()
    assert "李伟" in clerk.get(f"/work/ceremonies/?organisation={cast.willow.pk}").content.decode()
    assert "李伟" not in clerk.get(f"/work/ceremonies/?organisation={cast.north.pk}&show=own").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("sibling", 404), ("outsider", 404), ("viewer", 403), ("stranger", 403), ("auditor", 403)]
)
def test_others_do_not_greet(cast, member, who, status):
    assert cast.client(who).post(f"/work/ceremonies/greetings/{member}/", {"way": "in_person"}).status_code == status


@pytest.mark.parametrize(
    "path", ["", "?month=2026-02", "?month=nonsense", "medal/", "medal/?year=2030&show=all", "medal/?year=x"]
)
def test_the_lists_open(cast, member, path):
    assert cast.client("secretary").get(f"/work/ceremonies/{path}").status_code == 200
    assert cast.client("stranger").get(f"/work/ceremonies/{path}").status_code == 403


def test_a_list_of_another_organisation_is_not_there(cast, member):
    assert cast.client("secretary").get(f"/work/ceremonies/?organisation={cast.poplar.pk}").status_code == 404


def test_without_the_official_text_the_page_says_how_to_add_it(cast):
    page = cast.client("clerk").get("/work/ceremonies/oath/").content.decode()
    assert "LIANXIN_OATH_TEXT" in page
    page = cast.client("secretary").get("/work/ceremonies/oath/").content.decode()
    assert "LIANXIN_OATH_TEXT" not in page  # who cannot load it is told whom to ask
    assert cast.client("secretary").get("/work/ceremonies/oath/?show=hall").status_code == 200


def test_an_administrator_loads_the_text_with_its_source(cast):
    client = cast.client("clerk")
    assert client.post("/work/ceremonies/oath/load/", {"text": TEXT, "source": ""}).status_code == 422
    assert not OathText.objects.exists()
    assert client.post("/work/ceremonies/oath/load/", {"text": TEXT, "source": "党章2022年10月22日"}).status_code == 302
    page = cast.client("secretary").get("/work/ceremonies/oath/").content.decode()
    assert "第二句……" in page
    assert "党章2022年10月22日" in page
    assert Event.objects.get(kind="ceremonies.oath_loaded").data["source"] == "党章2022年10月22日"


@pytest.mark.parametrize("who", ["secretary", "viewer", "stranger"])
def test_nobody_else_loads_it(cast, who):
    answer = cast.client(who).post("/work/ceremonies/oath/load/", {"text": TEXT, "source": "党章"})
    assert answer.status_code == 403
    assert not OathText.objects.exists()


def test_the_file_of_the_operator_comes_first(cast, settings, tmp_path):
    path = tmp_path / "oath.txt"
    settings.OATH_TEXT = str(path)
    assert 'role="alert"' in cast.client("secretary").get("/work/ceremonies/oath/").content.decode()  # no such file
    path.write_text(TEXT, encoding="utf-8")
    assert "第二句……" in cast.client("secretary").get("/work/ceremonies/oath/?show=hall").content.decode()
    path.write_bytes(b"\xff\xfe\x00\x80")
    assert "第二句" not in cast.client("secretary").get("/work/ceremonies/oath/").content.decode()


def test_a_member_sees_nobody_elses_day(cast, member):
    assert Member.objects.filter(pk=member).exists()
    assert cast.client("stranger").get("/work/ceremonies/").status_code == 403
