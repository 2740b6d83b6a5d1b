"""Every step of an import: what it does, and that a refusal changes nothing."""

import os
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxin.files import running
from lianxin.files.actions import imports as act
from lianxin.files.actions import mending
from lianxin.files.actions.cleaning import clean_up
from lianxin.files.actions.recovery import TAKEN_UP_WITHIN, recover
from lianxin.files.models import ColumnChoice, Import, ImportCorrection, ImportProgress, StoredFile
from lianxin.files.progress import Progress, _beside, _in_scope
from lianxin.files.storage import path_of
from lianxin.files.tests.conftest import BAD_KIND, GOOD, OUTSIDE, book
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.organisations.models import Grant, Organisation


def stored_on_disk(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def names():
    return set(Organisation.objects.values_list("short_name", flat=True))


def test_a_spreadsheet_is_kept_sealed_and_its_columns_matched(upload, settings):
    run = upload(book(GOOD))
    assert run.state == Import.State.UPLOADED
    assert [header["column"] for header in run.tables[0]["headers"]] == [
        "code",
        "short_name",
        "org_type",
        "founded_on",
        "leader",
    ]
    (path,) = stored_on_disk(settings)
    assert "柳树村".encode() not in path.read_bytes()
    assert path.read_bytes()[:2] != b"PK"


def test_a_file_that_cannot_be_read_is_not_kept(upload, settings):
    with pytest.raises(InvalidInput) as refused:
        upload(b"\x89PNG\r\n\x1a\n" + b"0" * 400)
    assert list(refused.value.fields) == ["file"]
    assert not Import.objects.exists()
    assert not StoredFile.objects.exists()
    assert stored_on_disk(settings) == []


@pytest.mark.parametrize("who", ["outsider", "far_secretary", "expired", "revoked", "stranger"])
def test_others_cannot_import_into_a_town(upload, who, settings):
    with pytest.raises(NotVisible):
        upload(book(GOOD), who=who)
    assert stored_on_disk(settings) == []


@pytest.mark.parametrize(("who", "place"), [("secretary", "willow"), ("viewer", "north"), ("security_admin", "north")])
def test_who_sees_a_place_but_may_not_import_is_told_so(upload, who, place):
    with pytest.raises(NotPermitted):
        upload(book(GOOD), who=who, place=place)
    assert not Import.objects.exists()


def test_an_import_is_found_by_who_may_import_there_only(cast, upload):
    run = upload(book(GOOD))
    for who in ("town_clerk", "clerk"):
        assert act.import_for(cast.actor(who), run.pk).pk == run.pk
    for who in ("outsider", "secretary", "viewer", "expired"):
        with pytest.raises(NotVisible):
            act.import_for(cast.actor(who), run.pk)


def test_who_loses_the_role_loses_the_imports_made_with_it(cast, upload, today):
    run = upload(book(GOOD))
    Grant.objects.filter(account=cast.town_clerk).update(valid_until=today - timedelta(days=1))
    with pytest.raises(NotVisible):
        act.import_for(cast.actor("town_clerk"), run.pk)


def test_the_check_counts_and_writes_nothing(checked):
    before = names()
    run = checked(book(GOOD, BAD_KIND, OUTSIDE, ("370522101201", "柳树村党支部", None, None, None)))
    assert (run.state, run.rows, run.to_change, run.unchanged, run.errors) == ("checked", 4, 1, 1, 2)
    assert names() == before
    kinds = {(group["code"], group["column"]): group["cells"] for group in run.groups}
    assert kinds == {("unknown_choice", "类别"): 1, ("outside", "组织代码"): 1}


def test_a_problem_knows_its_sheet_row_and_column(checked):
    finding = checked(book(GOOD, BAD_KIND)).findings.get(has_errors=True)
    (problem,) = finding.problems
    assert (finding.sheet, finding.row, problem["column"], problem["key"]) == ("一\"支'部.表", 3, "类别", "org_type")


def test_choosing_columns_queues_one_job_in_the_same_transaction(cast, upload, at):
    run = upload(book(GOOD))
    act.choose_columns(cast.actor("town_clerk"), import_id=run.pk, columns={}, included=[run.tables[0]["sheet"]], at=at)
    job = ProcrastinateJob.objects.get(task_name="files.check_import")
    assert job.args == {"import_id": str(run.pk), "account_id": str(cast.town_clerk.pk)}


@pytest.mark.parametrize(
    ("columns", "included", "said"),
    [
        ({0: ""}, True, "组织代码"),
        ({1: "code"}, True, "组织代码"),
        ({0: "no_such"}, True, "组织代码"),
        ({}, False, "sheet|表"),
    ],
)
def test_columns_that_do_not_do_are_refused(cast, upload, at, columns, included, said):
    run = upload(book(GOOD))
    sheet = run.tables[0]["sheet"]
    with pytest.raises(InvalidInput, match=said):
        act.choose_columns(
            cast.actor("town_clerk"),
            import_id=run.pk,
            columns={(sheet, index): key for index, key in columns.items()},
            included=[sheet] if included else [],
            at=at,
        )
    assert Import.objects.get().state == Import.State.UPLOADED
    assert not ProcrastinateJob.objects.exists()
    assert not ColumnChoice.objects.exists()


def test_what_a_person_matched_is_remembered_for_them_alone(cast, upload, at):
    content = book(GOOD, headings=("组织代码", "叫法", "类别", "成立日期", "负责人身份证号"))
    run = upload(content)
    sheet = run.tables[0]["sheet"]
    act.choose_columns(
        cast.actor("town_clerk"), import_id=run.pk, columns={(sheet, 1): "short_name"}, included=[sheet], at=at
    )
    assert upload(content).tables[0]["headers"][1]["column"] == "short_name"
    assert upload(content, who="clerk").tables[0]["headers"][1]["column"] == ""


def test_mended_cells_and_rows_left_out_are_laid_over_the_file(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND, OUTSIDE))
    kind = run.findings.get(row=3)
    outside = run.findings.get(row=4)
    town_clerk = cast.actor("town_clerk")
    assert mending.mend(town_clerk, import_id=run.pk, cells={(kind.pk, 0): "党支部"}, left_out={outside.pk}, at=at) == (
        1,
        1,
    )
    run = act.run_at_once(town_clerk, run, at=at)
    assert (run.errors, run.to_change, run.rows) == (0, 2, 2)


def test_findings_of_an_earlier_check_cannot_be_mended(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND))
    old = run.findings.get(has_errors=True).pk
    act.check_again(cast.actor("town_clerk"), import_id=run.pk, at=at)
    run = act.run_at_once(cast.actor("town_clerk"), run, at=at)
    with pytest.raises(Conflict):
        mending.mend(cast.actor("town_clerk"), import_id=run.pk, cells={(old, 0): "党支部"}, left_out=set(), at=at)
    assert not ImportCorrection.objects.exists()
    assert Import.objects.get().state == Import.State.CHECKED


def test_suggestions_are_taken_over_by_kind(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND, OUTSIDE))
    town_clerk = cast.actor("town_clerk")
    assert mending.accept_suggestions(town_clerk, import_id=run.pk, code="unknown_choice", column="类别", at=at) == 1
    run = act.run_at_once(town_clerk, run, at=at)
    assert (run.errors, run.to_change) == (1, 2)
    assert mending.accept_suggestions(town_clerk, import_id=run.pk, at=at) == 1
    assert act.run_at_once(town_clerk, run, at=at).errors == 0


def test_all_refused_rows_can_be_left_out(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND, OUTSIDE))
    assert mending.leave_out_refused(cast.actor("town_clerk"), import_id=run.pk, at=at) == 2
    run = act.run_at_once(cast.actor("town_clerk"), run, at=at)
    assert (run.rows, run.errors) == (1, 0)


def test_the_import_is_written_whole_with_one_event(cast, checked, at):
    run = checked(book(GOOD))
    act.write(cast.actor("clerk"), import_id=run.pk, at=at)
    run = act.run_at_once(cast.actor("clerk"), run, at=at)
    assert (run.state, run.to_change, run.written_by) == ("applied", 1, cast.clerk)
    assert "柳树村支部" in names()
    event = Event.objects.get(kind="files.imported")
    assert (event.subject_id, event.organisation_id, event.actor_id) == (run.pk, cast.north.id, cast.clerk.pk)


def test_with_errors_left_nothing_is_written(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND))
    before = names()
    with pytest.raises(Conflict):
        act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    assert names() == before
    assert Import.objects.get().state == Import.State.CHECKED


def test_with_nothing_to_write_it_says_so(cast, checked, at):
    run = checked(book(("370522101201", "柳树村党支部", None, None, None)))
    with pytest.raises(Conflict):
        act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)


def test_a_second_click_is_refused(cast, checked, at):
    run = checked(book(GOOD))
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    with pytest.raises(Conflict):
        act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    with pytest.raises(Conflict):
        act.abandon(cast.actor("town_clerk"), import_id=run.pk, at=at)
    assert ProcrastinateJob.objects.filter(task_name="files.apply_import").count() == 1


def test_what_changed_since_the_check_stops_the_writing(cast, checked, at):
    run = checked(book(GOOD, ("370522101202", "杨树村支部", None, None, None)))
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    Organisation.objects.filter(id=cast.poplar.id).update(code="370522101999")
    before = names()
    run = act.run_at_once(cast.actor("town_clerk"), run, at=at)
    assert run.state == Import.State.CHECKED
    assert "3" in run.sentence
    assert names() == before
    assert not Event.objects.filter(kind="files.imported").exists()


def test_who_lost_the_role_before_the_job_ran_writes_nothing(cast, checked, at):
    run = checked(book(GOOD))
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    before = names()
    run = act.run_at_once(cast.actor("viewer"), run, at=at)
    assert run.state == Import.State.CHECKED
    assert run.sentence
    assert names() == before


def test_a_fault_in_the_work_gives_the_import_back(cast, checked, target, at):
    run = checked(book(GOOD))
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    target.breaks = True
    before = names()
    with pytest.raises(RuntimeError, match="disk"):
        act.run_at_once(cast.actor("town_clerk"), run, at=at)
    run = Import.objects.get()
    assert run.state == Import.State.CHECKED
    assert run.sentence
    assert names() == before


def test_two_workers_do_not_take_up_the_same_import(cast, upload, at):
    run = upload(book(GOOD))
    Import.objects.update(state=Import.State.CHECKING)
    run.refresh_from_db()
    with Progress(run, 0):
        running.check(cast.actor("town_clerk"), run, at=at)
    assert Import.objects.get().state == Import.State.CHECKING


def test_progress_is_written_on_behalf_of_who_imports_and_leaves_no_scope_behind(cast):
    def told(name):
        return beside.execute(f"SELECT coalesce(current_setting('lianxin.{name}', true), '')").fetchone()[0]

    with acting(cast.actor("town_clerk")), _beside() as beside:
        with _in_scope(beside):
            assert told("account") == str(cast.town_clerk.pk)
            assert told("files_import_from") == cast.north.path
        assert told("account") == told("files_import_from") == ""


def test_an_import_whose_worker_died_is_given_back(checked, at):
    checked(book(GOOD))
    Import.objects.update(state=Import.State.APPLYING)
    ImportProgress.objects.update(asked_at=at, begun_at=at)
    assert recover(at=at) == 1
    run = Import.objects.get()
    assert run.state == Import.State.CHECKED
    assert run.sentence


def test_an_import_that_is_worked_on_or_waits_its_turn_is_let_be(upload, at):
    run = upload(book(GOOD))
    Import.objects.update(state=Import.State.CHECKING)
    ImportProgress.objects.update(asked_at=at, begun_at=None)
    assert recover(at=at) == 0
    ImportProgress.objects.update(begun_at=at)
    with Progress(run, 0):
        assert recover(at=at) == 0
    assert recover(at=at) == 1
    assert Import.objects.get().state == Import.State.UPLOADED


def test_an_import_whose_job_went_with_its_worker_is_given_back_soon(cast, checked, at):
    run = checked(book(GOOD))
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    later = at + TAKEN_UP_WITHIN
    assert recover(at=later) == 0  # the job stands in the queue
    ProcrastinateJob.objects.all()._raw_delete(using="default")
    assert recover(at=later - timedelta(seconds=1)) == 0  # a worker may be about to begin
    assert recover(at=later) == 1
    assert Import.objects.get().state == Import.State.CHECKED


def test_a_written_import_is_taken_back_whole(cast, checked, at):
    run = checked(book(GOOD))
    town_clerk = cast.actor("town_clerk")
    act.write(town_clerk, import_id=run.pk, at=at)
    act.run_at_once(town_clerk, run, at=at)
    assert act.undo(town_clerk, import_id=run.pk, at=at) == 1
    assert "柳树村党支部" in names()
    assert Import.objects.get().state == Import.State.UNDONE
    assert Event.objects.filter(kind="files.import_undone", subject_id=run.pk).count() == 1
    with pytest.raises(Conflict):
        act.undo(town_clerk, import_id=run.pk, at=at)


def test_what_was_built_on_it_keeps_an_import_from_being_taken_back(cast, checked, at):
    run = checked(book(GOOD))
    town_clerk = cast.actor("town_clerk")
    act.write(town_clerk, import_id=run.pk, at=at)
    act.run_at_once(town_clerk, run, at=at)
    Organisation.objects.filter(id=cast.willow.id).update(short_name="built on")
    with pytest.raises(Conflict, match="柳树村"):
        act.undo(town_clerk, import_id=run.pk, at=at)
    assert Import.objects.get().state == Import.State.APPLIED


def test_giving_up_removes_the_file_and_all_that_was_read(cast, checked, at):
    run = checked(book(GOOD, BAD_KIND))
    act.abandon(cast.actor("town_clerk"), import_id=run.pk, at=at)
    assert not path_of(run.file_id).exists()
    assert not run.findings.exists()
    assert StoredFile.objects.get().removed_at == at


def test_personal_numbers_are_kept_masked_and_suggestions_sealed(checked):
    run = checked(book(("370522101201", "柳树村支部", None, None, "370522 19800101 001X")))
    kept = str([finding.problems for finding in run.findings.all()]) + str(run.groups)
    assert "37052219800101001" not in kept
    assert "19800101" not in kept


def test_cleaning_removes_files_of_finished_and_forgotten_imports(cast, checked, upload, at, settings):
    done, open_still, forgotten = checked(book(GOOD)), checked(book(GOOD)), checked(book(BAD_KIND))
    act.write(cast.actor("town_clerk"), import_id=done.pk, at=at)
    act.run_at_once(cast.actor("town_clerk"), done, at=at)
    Import.objects.filter(pk=forgotten.pk).update(created_at=at - timedelta(days=8))
    assert clean_up(at=at, older_than=timedelta(days=7)) == 2
    assert [path.name for path in stored_on_disk(settings)] == [str(open_still.file_id)]
    forgotten.refresh_from_db()
    assert forgotten.state == Import.State.ABANDONED
    assert not forgotten.findings.exists()
    assert clean_up(at=at, older_than=timedelta(days=7)) == 0


def test_content_without_a_row_is_swept(upload, settings, at):
    run = upload(book(GOOD))
    stray = path_of(run.file_id).with_name("0193a1b2-0000-7000-8000-000000000001.part")
    stray.write_bytes(b"half")
    os.utime(stray, (0, 0))
    assert clean_up(at=at, older_than=timedelta(days=7)) == 1
    assert [path.name for path in stored_on_disk(settings)] == [str(run.file_id)]
