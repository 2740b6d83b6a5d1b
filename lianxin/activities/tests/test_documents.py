"""Minutes as PDF and Word: what stands in them, that they prove themselves, and how long it takes."""

import json
import sys
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from time import perf_counter

import docx
import pypdfium2
import pytest
from django.urls import reverse
from pypdf import PdfReader

from lianxin.activities.actions.minutes import Speech, begin_minutes, confirm_minutes, correct_minutes, write_item
from lianxin.activities.actions.resolution import add_resolution
from lianxin.activities.actions.vote import Count, enter_vote
from lianxin.activities.documents import pdf as printing
from lianxin.activities.documents.pdf import pdf_of
from lianxin.activities.documents.shown import chinese_number, shown_minutes
from lianxin.activities.documents.word import SIGNATURES
from lianxin.activities.models import AgendaItem
from lianxin.activities.queries.minutes import minutes_for
from lianxin.activities.queries.minutes_content import confirmed_content
from lianxin.activities.tests.minutes_meeting import TEXT, hold, written
from lianxin.kernel.errors import Conflict
from lianxin.kernel.time import day_of

TRICKY = "“#let x = 1” {{ 7*7 }} {% now %} <b>&amp;</b> $a_1$ \\n @here *粗* `码`"


@pytest.fixture
def meeting(cast, at):
    return hold(cast, at)


@pytest.fixture
def confirmed(cast, meeting, at):
    written(cast, meeting)
    actor = cast.actor("secretary")
    item = meeting.minutes.items.first()
    write_item(
        actor, item=item.pk, version=2, speeches=[Speech("王建国", TRICKY + "\n第二段")], decision="同意。", at=at
    )
    counters = (meeting.members[0].pk, meeting.members[1].pk)
    enter_vote(
        actor,
        item=item.pk,
        count=Count("通过方案", "general_meeting", "hands", in_favour=7, counters=counters),
        at=at,
    )
    add_resolution(actor, item=item.pk, text="修缮村道", owner=meeting.members[2].pk, due_on=day_of(at), at=at)
    confirm_minutes(actor, activity=meeting.activity.pk, at=at)
    return meeting.minutes


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "").replace(" ", "")
    finally:
        document.close()


def attached(pdf):
    """The attached file as any reader of PDF finds it, without Lianxin."""
    (content,) = PdfReader(BytesIO(pdf)).attachments["minutes.json"]
    return content


def test_the_pdf_holds_its_data_and_the_digest_can_be_computed_again(cast, meeting, confirmed):
    answer = cast.client("secretary").get(reverse("activities:minutes_pdf", args=[meeting.activity.pk]))
    assert answer.status_code == 200
    content = attached(answer.content)
    assert sha256(content).hexdigest() == confirmed.sha256
    assert json.loads(content)["items"][0]["speeches"][0]["text"] == TRICKY + "\n第二段"
    text = text_of(answer.content)
    assert confirmed.sha256[:32] in text
    assert "minutes.json" in text
    assert f"/activities/check/{confirmed.code}/" in text
    assert b"pdfaid" in answer.content


def test_the_pdf_says_what_the_minutes_say_and_executes_nothing(cast, meeting, confirmed):
    answer = cast.client("secretary").get(reverse("activities:minutes_pdf", args=[meeting.activity.pk]))
    text = text_of(answer.content)
    for expected in (
        cast.willow.name,
        "会议记录",
        "一、传达上级精神",
        "二、讨论集体经济发展",
        meeting.members[0].name,
        meeting.members[7].name,
        "通过方案",
        "修缮村道",
        "{{7*7}}",
        "#letx=1",
        "—1—",
    ):
        assert expected in text


def test_the_word_file_opens_again_with_the_same_text(cast, meeting, confirmed):
    answer = cast.client("secretary").get(reverse("activities:minutes_word", args=[meeting.activity.pk]))
    document = docx.Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for expected in (cast.willow.name, "一、传达上级精神", TRICKY, "第二段", "修缮村道", meeting.members[7].name):
        assert expected in text
    assert "{%" not in text.replace(TRICKY, "")
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert confirmed.sha256 in cells
    assert "不含个人信息" in cells
    assert "minutes.json" not in cells  # nothing is attached to a Word file
    assert len(document.inline_shapes) == 1  # the QR code
    assert document.core_properties.comments == confirmed.sha256


def test_nobody_signs_a_page_without_text(cast, meeting, confirmed):
    answer = cast.client("secretary").get(reverse("activities:minutes_word", args=[meeting.activity.pk]))
    paragraphs = docx.Document(BytesIO(answer.content)).paragraphs
    first = next(number for number, one in enumerate(paragraphs) if one.style.name == SIGNATURES)
    assert paragraphs[first - 1].text
    assert paragraphs[first - 1].paragraph_format.keep_with_next
    assert all(one.style.paragraph_format.keep_with_next for one in paragraphs[first:])
    assert paragraphs[-1].paragraph_format.keep_with_next is False  # what is scanned may stand on the next page


def test_a_draft_says_so_and_carries_no_code(cast, meeting, at):
    written(cast, meeting)
    client = cast.client("secretary")
    pdf = client.get(reverse("activities:minutes_pdf", args=[meeting.activity.pk])).content
    assert "minutes.json" not in PdfReader(BytesIO(pdf)).attachments
    assert meeting.minutes.code not in text_of(pdf)
    assert "草稿" in text_of(pdf)
    word = docx.Document(BytesIO(client.get(reverse("activities:minutes_word", args=[meeting.activity.pk])).content))
    assert "草稿" in "".join(paragraph.text for paragraph in word.paragraphs)
    assert not word.tables


def test_a_correction_is_printed_below_and_the_digest_stays(cast, meeting, confirmed, at):
    correct_minutes(cast.actor("secretary"), activity=meeting.activity.pk, text="应为6票", reason="笔误", at=at)
    pdf = cast.client("secretary").get(reverse("activities:minutes_pdf", args=[meeting.activity.pk])).content
    assert "应为6票" in text_of(pdf)
    assert sha256(attached(pdf)).hexdigest() == confirmed.sha256


def test_a_name_outside_the_font_is_printed_as_a_box_and_kept_in_the_data(cast, meeting, at):
    actor = cast.actor("secretary")
    written(cast, meeting)
    item = meeting.minutes.items.first()
    write_item(actor, item=item.pk, version=2, speeches=[Speech("王𠀀", TEXT)], decision="", at=at)
    confirm_minutes(actor, activity=meeting.activity.pk, at=at)
    pdf = cast.client("secretary").get(reverse("activities:minutes_pdf", args=[meeting.activity.pk])).content
    assert "王𠀀" in attached(pdf).decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("viewer", 200), ("clerk", 200), ("sibling", 404), ("stranger", 403), ("auditor", 403)],
)
def test_who_gets_the_documents(cast, meeting, confirmed, who, status):
    client = cast.client(who)
    for name in ("activities:minutes_pdf", "activities:minutes_word"):
        assert client.get(reverse(name, args=[meeting.activity.pk])).status_code == status


def test_without_fonts_the_refusal_says_what_to_do(cast, meeting, confirmed, settings, tmp_path):
    settings.BASE_DIR = tmp_path
    printing._fonts.cache_clear()
    content = confirmed_content(confirmed)
    with pytest.raises(Conflict, match="make assets"):
        pdf_of(shown_minutes(content, confirmed, address=""), content="", at=confirmed.confirmed_at)
    printing._fonts.cache_clear()


def test_fifty_people_and_twelve_items_take_well_under_two_seconds(cast, at, capsys):
    meeting = hold(cast, at, count=50, came=46, items=tuple(f"第{number}项工作" for number in range(1, 13)))
    actor = cast.actor("secretary")
    for item in begin_minutes(actor, activity=meeting.activity.pk, at=at).items.all():
        speeches = [Speech(meeting.members[number].name, f"{TEXT}\n{TEXT}") for number in range(4)]
        write_item(actor, item=item.pk, version=1, speeches=speeches, decision="会议同意。", at=at)
    confirm_minutes(actor, activity=meeting.activity.pk, at=at + timedelta(minutes=1))
    minutes = minutes_for(actor, meeting.activity.pk)
    took = []
    for _again in range(2):
        begun = perf_counter()
        shown = shown_minutes(
            confirmed_content(minutes), minutes, address="https://lianxin.example/activities/check/A/"
        )
        pdf = pdf_of(shown, content=minutes.content, at=minutes.confirmed_at)
        took.append(perf_counter() - begun)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    with capsys.disabled():
        sys.stdout.write(
            f"\nPDF of 50 persons, 12 items: {pages} pages, {len(pdf):,} bytes, {took[0]:.2f} s, {took[1]:.2f} s\n"
        )
    assert pages > 5
    assert min(took) < 2


def test_a_heading_is_the_point_of_the_agenda_without_its_kind(confirmed):
    content = confirmed_content(confirmed)
    content["items"][1]["kind"] = AgendaItem.Kind.REPORT.value
    assert shown_minutes(content, confirmed, address="").items[1].heading == "二、讨论集体经济发展"


def test_headings_are_numbered_as_documents_number_them():
    assert [chinese_number(number) for number in (1, 10, 11, 20, 23)] == ["一", "十", "十一", "二十", "二十三"]
