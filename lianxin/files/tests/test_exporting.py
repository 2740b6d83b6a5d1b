"""An export is exactly the list of its address, for rows the person may take out; it says who took what and why."""

import io
from datetime import timedelta

import pytest
from django.http import QueryDict

from lianxin.files import exporting
from lianxin.files.actions.cleaning import clean_up
from lianxin.files.actions.recovery import recover
from lianxin.files.models import Export
from lianxin.files.storage import content_of
from lianxin.files.tests.conftest import LISTING, SOURCE
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.organisations.models import Grant, Organisation

pytestmark = pytest.mark.usefixtures("target")


@pytest.fixture
def export(cast, at, tmp_path):
    """Export as somebody; the export and its rows as they stand in the file."""

    def export(who="town_clerk", query="", file_format="xlsx", reason="", **given):
        asked = exporting.ask(
            cast.actor(who),
            key="short_names.list",
            query=query,
            file_format=file_format,
            reason=reason,
            at=at,
            **{"personal": False, **given},
        )
        done = exporting.run_export(cast.actor(who), asked, at=at)
        assert done.state == Export.State.READY, done.sentence
        path = tmp_path / f"export.{file_format}"
        path.write_bytes(b"".join(content_of(done.file)))
        with open_workbook(path) as book:
            return done, [row.cells for row in book.sheets[0].rows()]

    return export


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "query", ["", "q=村&sort=-name", "sort=code", "kind=branch&columns=code&columns=founded_on", "q=无"]
)
def test_it_holds_exactly_the_rows_and_columns_of_the_screen(cast, export, query, file_format):
    params = QueryDict(query)
    page = LISTING.page(SOURCE.rows(cast.actor("town_clerk")), params)
    shown = [[str(value) for _column, value in cells] for _row, cells in page.table]
    done, rows = export(query=query, file_format=file_format)
    assert rows[0] == [str(column.label) for column in page.columns]
    assert [[str(cell) for cell in row] for row in rows[1:]] == shown
    assert done.rows == len(shown)


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("clerk", {"370522", "370522101", "370522101201", "370522101202", "370522102", "370522102201"}),
        ("town_clerk", {"370522101", "370522101201", "370522101202"}),
        ("secretary", {"370522101201"}),
        ("outsider", {"370522102", "370522102201"}),
    ],
)
def test_nobody_takes_out_rows_of_others(export, who, codes):
    _done, rows = export(who, query="columns=code")
    assert {row[0] for row in rows[1:]} == codes


@pytest.mark.parametrize("who", ["expired", "revoked", "stranger", "security_admin", "system_admin"])
def test_who_may_not_export_gets_nothing(cast, who, at):
    with pytest.raises(NotPermitted):
        exporting.ask(
            cast.actor(who), key="short_names.list", query="", file_format="csv", personal=False, reason="", at=at
        )
    assert not Export.objects.exists()


def test_personal_data_needs_a_reason(cast, at):
    with pytest.raises(InvalidInput) as refused:
        exporting.ask(
            cast.actor("town_clerk"),
            key="short_names.list",
            query="",
            file_format="xlsx",
            personal=True,
            reason=" ",
            at=at,
        )
    assert list(refused.value.fields) == ["reason"]
    assert not Export.objects.exists()


def test_personal_data_needs_the_permission_to_reveal(cast, at):
    with pytest.raises(NotPermitted):
        exporting.ask(
            cast.actor("viewer"),
            key="short_names.list",
            query="",
            file_format="xlsx",
            personal=True,
            reason="走访慰问",
            at=at,
        )


def test_personal_data_leaves_with_its_reason_recorded_on_every_record(cast, export):
    done, rows = export(query="columns=short_name&columns=secret", personal=True, reason="走访慰问")
    assert rows[0] == ["简称", "电话"]
    assert {row[1] for row in rows[1:]} == {"13912342101", "13912341201", "13912341202"}
    events = Event.objects.filter(kind="files.personal_exported", batch_id=done.pk)
    assert {event.subject_id for event in events} == {cast.north.id, cast.willow.id, cast.poplar.id}
    assert {(event.reason, event.actor_id) for event in events} == {("走访慰问", cast.town_clerk.pk)}


def test_without_personal_data_nothing_is_in_clear(export):
    _done, rows = export(query="columns=secret")
    assert {row[0] for row in rows[1:]} == {"139****0000"}
    assert not Event.objects.filter(kind="files.personal_exported").exists()


def test_who_reveals_here_and_sees_there_takes_out_only_here(cast, export, today):
    Grant.objects.create(
        account=cast.viewer,
        role="secretary",
        organisation=cast.reed,
        valid_from=today,
        reason="tests",
        granted_by=cast.clerk.pk,
    )
    _done, rows = export("viewer", query="columns=code", personal=True, reason="走访慰问")
    assert {row[0] for row in rows[1:]} == {"370522102201"}


def test_the_fixed_form_can_be_imported_again_as_it_is(export, checked, tmp_path):
    done, rows = export(layout=True, reason="上报")
    assert rows[0] == ["组织代码", "简称"]
    assert done.personal
    content = b"".join(content_of(done.file))
    run = checked(content)
    assert (run.errors, run.to_change, run.unchanged) == (0, 0, 3)


def test_every_export_is_one_event_without_what_was_searched_for(cast, export):
    done, _rows = export("secretary", query="q=370522198001010018")
    event = Event.objects.get(kind="files.exported")
    assert (event.subject_id, event.organisation_path) == (done.pk, cast.willow.path)
    assert "370522198001010018" not in str(event.data) + done.query


def test_text_that_looks_like_a_formula_goes_out_harmless(cast, export):
    Organisation.objects.filter(id=cast.willow.id).update(short_name="=1+1")
    done, rows = export("secretary", query="columns=short_name", file_format="csv")
    assert b"'=1+1" in b"".join(content_of(done.file))
    _done, rows = export("secretary", query="columns=short_name")
    assert rows[1] == ["=1+1"]


def test_an_export_belongs_to_who_asked_and_ends_with_the_role(cast, export, today):
    done, _rows = export()
    assert exporting.export_for(cast.actor("town_clerk"), done.pk).pk == done.pk
    with pytest.raises(NotVisible):
        exporting.export_for(cast.actor("clerk"), done.pk)
    Grant.objects.filter(account=cast.town_clerk).update(valid_until=today - timedelta(days=1))
    with pytest.raises(NotPermitted):
        exporting.export_for(cast.actor("town_clerk"), done.pk)


def test_it_is_not_written_twice(cast, export, at):
    done, _rows = export()
    with pytest.raises(Conflict):
        exporting.run_export(cast.actor("town_clerk"), done, at=at)


def test_who_lost_the_role_before_the_job_ran_gets_no_file(cast, at, settings):
    asked = exporting.ask(
        cast.actor("town_clerk"), key="short_names.list", query="", file_format="csv", personal=False, reason="", at=at
    )
    done = exporting.run_export(cast.actor("stranger"), asked, at=at)
    assert (done.state, done.file) == (Export.State.FAILED, None)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_an_export_whose_worker_died_is_said_to_have_failed(cast, export, at):
    done, _rows = export()
    Export.objects.filter(pk=done.pk).update(state=Export.State.RUNNING, begun_at=at - timedelta(hours=2))
    assert recover(at=at) == 1
    assert Export.objects.get(pk=done.pk).state == Export.State.FAILED


@pytest.mark.parametrize("state", [Export.State.WAITING, Export.State.RUNNING])
def test_an_export_left_behind_ends_with_its_search_masked(cast, at, state):
    asked = exporting.ask(
        cast.actor("town_clerk"),
        key="short_names.list",
        query="q=110101199003077758",
        file_format="csv",
        personal=False,
        reason="",
        at=at,
    )
    Export.objects.update(state=state, begun_at=None if state == Export.State.WAITING else at)
    assert recover(at=at + timedelta(minutes=59)) == 0
    assert recover(at=at + timedelta(minutes=61)) == 1
    asked.refresh_from_db()
    assert (asked.state, "110101199003077758" in asked.query) == (Export.State.FAILED, False)
    assert asked.sentence
    with pytest.raises(Conflict):  # its job comes after all
        exporting.run_export(cast.actor("town_clerk"), asked, at=at)


def test_its_file_goes_after_a_week(export, at, settings):
    done, _rows = export()
    assert clean_up(at=at + timedelta(days=6), older_than=timedelta(days=7)) == 0
    assert clean_up(at=at + timedelta(days=8), older_than=timedelta(days=7)) == 1
    done.file.refresh_from_db()
    assert done.file.removed_at is not None


def test_rows_are_streamed_with_a_fixed_number_of_queries(cast, at, django_assert_num_queries):
    asked = [
        exporting.ask(
            cast.actor(who), key="short_names.list", query="", file_format="csv", personal=False, reason="", at=at
        )
        for who in ("secretary", "clerk")
    ]
    counts = []
    for export, who in zip(asked, ("secretary", "clerk"), strict=True):
        actor = cast.actor(who)
        with django_assert_num_queries(8):
            exporting.run_export(actor, export, at=at)
        counts.append(Export.objects.get(pk=export.pk).rows)
    assert counts == [1, 6]


def test_what_it_writes_is_readable_text(export):
    done, _rows = export(file_format="csv")
    content = b"".join(content_of(done.file))
    assert content.startswith(b"\xef\xbb\xbf")
    assert io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig").readline().strip() == "简称,组织代码,电话"
