import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianxin.disclosure.models import Check
from lianxin.disclosure.tests.files import ID, ID_MASKED, MOBILE, docx, paragraph, run
from tests.api.conftest import make_token

BASE = "/api/v1/disclosure"


@pytest.fixture
def program(cast):
    def program(who="secretary"):
        _token, text = make_token(getattr(cast, who))
        return Client(headers={"Authorization": f"Bearer {text}"})

    return program


def test_a_program_has_a_text_checked(program, cast):
    sent = {"organisation": str(cast.willow.id), "title": "公示", "text": f"电话{MOBILE}"}
    answer = program().post(f"{BASE}/texts", sent, content_type="application/json")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["found"], told["masked_is_clear"]) == ("blocked", 1, True)
    assert MOBILE not in answer.content.decode()
    again = program().get(answer.headers["Location"])
    assert again.json() == told


def test_a_program_has_a_file_checked_and_takes_the_masked_copy(program, cast):
    file = SimpleUploadedFile("名单.docx", docx(paragraph(run(ID))))
    answer = program().post(f"{BASE}/attachments", {"organisation": str(cast.willow.id), "file": file})
    assert answer.status_code == 201
    assert answer.json()["findings"][0]["masked"] == ID_MASKED
    copy = program().get(f"{answer.headers['Location']}/masked")
    assert copy.content.startswith(b"PK")
    assert [one["id"] for one in program().get(f"{BASE}/checks").json()["items"]] == [answer.json()["id"]]


def test_a_program_is_told_what_is_missing(program, cast):
    answer = program().post(f"{BASE}/attachments", {"organisation": str(cast.willow.id)})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["file"]
    assert not Check.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("sibling", 404), ("viewer", 403)])
def test_a_program_reaches_no_further_than_its_account(program, cast, hand_in, who, status):
    check = hand_in()
    client = program(who)
    sent = {"organisation": str(cast.willow.id), "title": "公示", "text": "正文"}
    assert client.post(f"{BASE}/texts", sent, content_type="application/json").status_code == status
    assert client.get(f"{BASE}/checks/{check.pk}").status_code == status
    assert client.get(f"{BASE}/checks/{check.pk}/masked").status_code == status
    assert Check.objects.count() == 1
