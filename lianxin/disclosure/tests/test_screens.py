import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.disclosure.actions.handing_in import check_text
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.tests.files import ID, ID_MASKED, MOBILE, MOBILE_MASKED, docx, paragraph, pdf, run

LIST = reverse("disclosure:checks")
NEW = reverse("disclosure:new")
NEW_FILE = reverse("disclosure:new_file")


def page(answer):
    return answer.content.decode()


def test_a_text_is_pasted_and_its_findings_are_shown_masked(cast):
    client = cast.client("secretary")
    facts = {"organisation": str(cast.willow.id), "title": "公示", "text": f"张三\r\n{ID}，电话{MOBILE}。"}
    answer = client.post(NEW, facts, follow=True)
    assert answer.status_code == 200
    text = page(answer)
    assert f"<mark>{ID_MASKED}</mark>" in text
    assert f"<mark>{MOBILE_MASKED}</mark>" in text
    assert ID not in text
    assert MOBILE not in text


def test_a_number_in_the_title_alone_leaves_the_page_answering(cast, at):
    """Regression: what is found in the title is not in the excerpt of the text, and the page looked for it forever."""
    place = cast.willow.id
    made = check_text(cast.actor("secretary"), organisation=place, title=f"公示{ID}", text="无号码。", at=at)
    page = cast.client("secretary").get(reverse("disclosure:check", args=[made.pk]))
    assert page.status_code == 200
    assert ID not in page.content.decode()


def test_a_file_is_uploaded_and_its_masked_copy_downloaded(cast):
    client = cast.client("secretary")
    upload = SimpleUploadedFile("名单.docx", docx(paragraph(run(ID))))
    answer = client.post(NEW_FILE, {"organisation": str(cast.willow.id), "file": upload}, follow=True)
    check = Check.objects.get()
    assert ID_MASKED in page(answer)
    copy = client.get(reverse("disclosure:masked", args=[check.pk]))
    assert copy.content.startswith(b"PK")
    assert "attachment" in copy.headers["Content-Disposition"]
    assert client.post(reverse("disclosure:original", args=[check.pk])).status_code == 200


def test_a_bad_file_comes_back_with_a_sentence(cast):
    upload = SimpleUploadedFile("名单.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    answer = cast.client("secretary").post(NEW_FILE, {"organisation": str(cast.willow.id), "file": upload})
    assert answer.status_code == 422
    assert ".docx" in page(answer)
    assert not Check.objects.exists()


def test_too_large_a_body_is_refused_before_it_is_read(cast):
    answer = cast.client("secretary").post(
        NEW_FILE, data=b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(40 << 20)
    )
    assert answer.status_code == 413


def test_an_upload_without_the_token_against_forgery_is_refused(cast):
    from django.test import Client  # noqa: PLC0415 - one that checks tokens

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.secretary)
    upload = SimpleUploadedFile("名单.docx", docx(paragraph(run(ID))))
    assert client.post(NEW_FILE, {"organisation": str(cast.willow.id), "file": upload}).status_code == 403
    assert not Check.objects.exists()


def test_a_request_goes_to_a_second_person_and_is_decided(cast, hand_in):
    check = hand_in(name="名单.pdf", content=pdf([ID]))
    asking = cast.client("secretary")
    assert asking.post(reverse("disclosure:ask", args=[check.pk]), {"reason": "急"}).status_code == 422
    asking.post(reverse("disclosure:ask", args=[check.pk]), {"reason": "号码为办公电话，须按要求公开。"})
    override = Override.objects.get()
    decide = reverse("disclosure:decide", args=[override.pk])
    deciding = cast.client("town_clerk")
    assert decide in page(deciding.get(reverse("disclosure:overrides")))
    assert ID_MASKED in page(deciding.get(decide))
    assert deciding.post(decide, {"decision": "decline", "days": 7, "answer": ""}).status_code == 422
    assert deciding.post(decide, {"decision": "approve", "days": 7}).status_code == 302
    override.refresh_from_db()
    assert override.state == Override.State.APPROVED
    assert "town_clerk" in page(asking.get(check.get_absolute_url()))


def test_a_request_is_withdrawn(cast, hand_in):
    check = hand_in()
    client = cast.client("secretary")
    client.post(reverse("disclosure:ask", args=[check.pk]), {"reason": "号码为办公电话，须按要求公开。"})
    override = Override.objects.get()
    assert client.post(reverse("disclosure:withdraw", args=[override.pk])).status_code == 302
    assert client.post(reverse("disclosure:withdraw", args=[override.pk])).status_code == 409


def test_a_waiting_check_shows_its_progress(cast, hand_in, monkeypatch):
    from lianxin.disclosure.actions import handing_in  # noqa: PLC0415 - to change its limit

    monkeypatch.setattr(handing_in, "SMALL", 10)
    check = hand_in(name="名单.pdf", content=pdf([ID]))
    client = cast.client("secretary")
    assert reverse("disclosure:progress", args=[check.pk]) in page(client.get(check.get_absolute_url()))
    assert client.get(reverse("disclosure:progress", args=[check.pk])).json()["state"] == "running"


@pytest.mark.parametrize(
    ("who", "lists", "sees", "decides"),
    [
        ("secretary", 200, 200, 403),
        ("town_clerk", 200, 200, 200),
        ("clerk", 200, 200, 200),
        ("sibling", 200, 404, 403),
        ("outsider", 200, 404, 404),
        ("viewer", 403, 403, 403),
        ("expired", 403, 403, 403),
        ("stranger", 403, 403, 403),
    ],
)
def test_the_cast_before_the_doors(cast, hand_in, at, who, lists, sees, decides):
    from lianxin.disclosure.actions.overriding import ask_override  # noqa: PLC0415 - for this test alone

    check = hand_in()
    override = ask_override(cast.actor("secretary"), check=check.pk, reason="号码为办公电话，须按要求公开。", at=at)
    client = cast.client(who)
    assert client.get(LIST).status_code == lists
    for name in ("check", "progress", "masked"):
        assert client.get(reverse(f"disclosure:{name}", args=[check.pk])).status_code == sees
    assert client.get(reverse("disclosure:decide", args=[override.pk])).status_code == decides
    if lists == 200:
        assert (check.title in page(client.get(LIST))) == (sees == 200)


def test_the_list_asks_the_same_number_of_queries_whatever_its_size(cast, hand_in):
    client = cast.client("town_clerk")

    def queries():
        client.get(LIST)  # the session's clock is written once in a while
        with CaptureQueriesContext(connection) as caught:
            assert client.get(LIST).status_code == 200
        return len(caught)

    hand_in()
    few = queries()
    for _ in range(12):
        hand_in()
    assert queries() == few
    assert few <= 14


def test_what_waits_stands_on_the_home_page(cast, hand_in, at):
    from lianxin.disclosure.actions.overriding import ask_override  # noqa: PLC0415 - for this test alone

    check = hand_in()
    home = reverse("workbench:home")
    assert check.get_absolute_url() in page(cast.client("secretary").get(home))
    override = ask_override(cast.actor("secretary"), check=check.pk, reason="号码为办公电话，须按要求公开。", at=at)
    assert reverse("disclosure:decide", args=[override.pk]) in page(cast.client("town_clerk").get(home))
    assert reverse("disclosure:decide", args=[override.pk]) not in page(cast.client("secretary").get(home))
