from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxin.disclosure import isolation
from lianxin.disclosure.actions import checking
from lianxin.disclosure.actions.checking import run_check, take_up_again
from lianxin.disclosure.actions.cleaning import remove_old_contents
from lianxin.disclosure.actions.handing_in import LARGEST_FILE, check_attachment, check_text, text_content
from lianxin.disclosure.actions.opening import masked_copy, open_original
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.tests.files import ID, ID_MASKED, MOBILE, MOBILE_MASKED, docx, paragraph, pdf, run
from lianxin.disclosure.wording import problem_sentence
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event

State = Check.State


def kinds_of(check):
    return list(Event.objects.filter(subject_id=check.pk).order_by("id").values_list("kind", flat=True))


def test_a_text_with_numbers_is_blocked_and_its_masked_copy_is_kept(hand_in):
    check = hand_in()
    assert (check.state, check.found, check.masked_is_clear) == (State.BLOCKED, 2, True)
    assert [(one["kind"], one["masked"], one["place"][0]) for one in check.findings] == [
        ("id_number", ID_MASKED, "line"),
        ("mobile", MOBILE_MASKED, "line"),
    ]
    assert kinds_of(check) == ["disclosure.handed_in", "disclosure.checked"]


def test_a_clean_text_is_clear(hand_in):
    check = hand_in(text="经研究，决定表彰以下同志。")
    assert (check.state, check.found, check.missed) == (State.CLEAR, 0, 0)


def test_nothing_clear_stays_in_the_database_the_log_or_on_disk(hand_in):
    check = hand_in(name=f"{MOBILE}.docx", content=docx(paragraph(run(f"身份证{ID}"))))
    assert (check.title, check.title_findings) == (f"{MOBILE_MASKED}.docx", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM disclosure_check c UNION ALL SELECT e::text FROM kernel_event e")
        rows = "\n".join(row for (row,) in cursor.fetchall())
    stored = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    for clear in (ID, MOBILE):
        assert clear not in rows
        assert clear.encode() not in stored


@pytest.mark.parametrize("who", ["outsider", "sibling", "stranger", "expired", "revoked"])
def test_outside_ones_organisations_nothing_can_be_handed_in(hand_in, who):
    with pytest.raises(NotVisible):
        hand_in(who)
    assert not Check.objects.exists()


def test_who_may_only_look_cannot_hand_in(hand_in):
    with pytest.raises(NotPermitted):
        hand_in("viewer")
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [("公示", "  ", "text"), ("", "正文", "title"), ("公" * 201, "正文", "title"), ("公示", "文" * 200_001, "text")],
)
def test_an_empty_or_endless_text_is_refused(cast, at, title, text, field):
    with pytest.raises(InvalidInput) as refusal:
        check_text(cast.actor("secretary"), organisation=cast.willow.id, title=title, text=text, at=at)
    assert list(refusal.value.fields) == [field]
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("名单.doc", b"\xd0\xcf\x11\xe0", "encrypted_or_old"),
        ("名单.docm", b"PK\x03\x04", "macros"),
        ("图片.jpg", b"\xff\xd8", "not_supported"),
        ("空.docx", b"", "empty"),
    ],
)
def test_a_file_of_a_wrong_kind_is_refused_with_a_way_out(hand_in, name, content, code):
    with pytest.raises(InvalidInput) as refusal:
        hand_in(name=name, content=content)
    assert refusal.value.fields == {"file": [problem_sentence(code)]}
    assert not Check.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*-original"))


def test_too_large_a_file_is_refused_while_it_is_read(cast, at):
    chunks = iter([b"PK\x03\x04" + b"0" * LARGEST_FILE])
    with pytest.raises(InvalidInput):
        check_attachment(cast.actor("secretary"), organisation=cast.willow.id, name="a.docx", chunks=chunks, at=at)
    assert not Check.objects.exists()


def test_a_damaged_file_is_failed_and_says_so(hand_in):
    check = hand_in(name="坏.pdf", content=pdf([ID])[:200])
    assert (check.state, check.problem, check.found) == (State.FAILED, "damaged", 0)


def test_a_reader_that_crashes_or_hangs_fails_the_check_only(hand_in, monkeypatch):
    monkeypatch.setattr(isolation, "MEGABYTES", 1)  # the child cannot even begin
    assert hand_in(name="a.pdf", content=pdf([ID])).state == State.FAILED


def test_a_small_file_that_takes_long_is_left_to_a_job(hand_in, monkeypatch, cast, at):
    def slow(*_args, **_options):
        raise isolation.TookTooLong

    monkeypatch.setattr(checking, "read_apart", slow)
    check = hand_in(name="a.pdf", content=pdf([ID]))
    assert check.state == State.WAITING
    assert ProcrastinateJob.objects.filter(task_name="disclosure.check", args={"check_id": str(check.pk)}).exists()
    failed = run_check(cast.actor("secretary"), check=check.pk, at=at, by_job=True)
    assert (failed.state, failed.problem) == (State.FAILED, "took_too_long")


def test_a_large_file_waits_for_a_job_that_may_run_twice(hand_in, monkeypatch):
    from lianxin.disclosure.actions import handing_in  # noqa: PLC0415 - to change its limit
    from lianxin.disclosure.jobs import check as job  # noqa: PLC0415 - the same

    monkeypatch.setattr(handing_in, "SMALL", 10)
    check = hand_in(name="a.pdf", content=pdf([ID]))
    assert check.state == State.WAITING
    assert ProcrastinateJob.objects.filter(task_name="disclosure.check").count() == 1
    job.func(check_id=str(check.pk))
    job.func(check_id=str(check.pk))
    check.refresh_from_db()
    assert (check.state, check.found) == (State.BLOCKED, 1)
    assert kinds_of(check) == ["disclosure.handed_in", "disclosure.checked"]


def test_checks_whose_worker_died_are_taken_up_again_and_given_up_after_three(hand_in, monkeypatch, at):
    from lianxin.disclosure.actions import handing_in  # noqa: PLC0415 - to change its limit

    monkeypatch.setattr(handing_in, "SMALL", 10)
    check = hand_in(name="a.pdf", content=pdf([ID]))
    later = at + timedelta(hours=1)
    with acting(Actor.system("tests")):
        asked = [take_up_again(at=later, older_than=timedelta(minutes=15)) for _ in range(4)]
    check.refresh_from_db()
    assert asked == [1, 1, 1, 0]
    assert (check.state, check.problem) == (State.FAILED, "took_too_long")


def test_the_masked_copy_is_of_the_same_format(hand_in, cast):
    check = hand_in(name="名单.docx", content=docx(paragraph(run(f"身份证{ID}"))))
    found, content = masked_copy(cast.actor("secretary"), check=check.pk)
    assert content.startswith(b"PK")
    assert sha256(content).hexdigest() == found.masked_sha256
    with pytest.raises(NotVisible):
        masked_copy(cast.actor("outsider"), check=check.pk)


def test_nothing_to_mask_is_no_copy(hand_in, cast):
    check = hand_in(text="没有号码")
    with pytest.raises(Conflict):
        masked_copy(cast.actor("secretary"), check=check.pk)


def test_who_opens_the_original_is_recorded(hand_in, cast, at):
    check = hand_in()
    _found, content = open_original(cast.actor("town_clerk"), check=check.pk, at=at)
    assert ID.encode() in content
    assert Event.objects.get(kind="disclosure.original_opened").actor_id == cast.town_clerk.pk


def test_neither_strangers_nor_colleagues_open_the_original(hand_in, cast, at):
    check = hand_in("town_clerk")
    with pytest.raises(NotPermitted):
        open_original(cast.actor("secretary"), check=check.pk, at=at)
    with pytest.raises(NotVisible):
        open_original(cast.actor("outsider"), check=check.pk, at=at)
    assert not Event.objects.filter(kind="disclosure.original_opened").exists()


def test_contents_go_after_their_time_and_verdicts_stay(hand_in, cast, at):
    check = hand_in()
    from lianxin.disclosure.actions.overriding import ask_override  # noqa: PLC0415 - for this test alone

    ask_override(cast.actor("secretary"), check=check.pk, reason="号码为办公电话，须公开。", at=at)
    with acting(Actor.system("tests")):
        assert remove_old_contents(at=at + timedelta(days=29)) == 0
        assert remove_old_contents(at=at + timedelta(days=31)) == 1
        assert remove_old_contents(at=at + timedelta(days=32)) == 0
    check.refresh_from_db()
    assert (check.state, check.has_content, check.has_copy) == (State.BLOCKED, False, False)
    assert check.overrides.get().state == Override.State.LAPSED
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    with pytest.raises(Conflict):
        open_original(cast.actor("secretary"), check=check.pk, at=at)
    assert kinds_of(check)[-2:] == ["disclosure.content_removed", "disclosure.override_lapsed"]


def test_a_rolled_back_check_leaves_no_content(cast, at, monkeypatch):
    from lianxin.disclosure.actions import handing_in  # noqa: PLC0415 - to break it

    def broken(*_args, **_facts):
        raise RuntimeError("no event")

    monkeypatch.setattr(handing_in, "record", broken)
    with pytest.raises(RuntimeError):
        check_text(cast.actor("secretary"), organisation=cast.willow.id, title="公示", text="正文", at=at)
    assert not Check.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_check_follows_its_organisation_and_the_database_refuses_nonsense(hand_in, cast):
    check = hand_in()
    assert check.organisation_path == cast.willow.path
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(state=State.CLEAR)


def test_the_same_text_is_the_same_content_whatever_the_line_ends():
    assert text_content(" 公示 ", "一\r\n二") == text_content("公示", "一\n二")
