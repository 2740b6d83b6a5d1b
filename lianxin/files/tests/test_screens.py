"""The pages of imports and exports, step by step, as the people of the cast see them."""

from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxin.files.actions import imports as act
from lianxin.files.actions.cleaning import clean_up
from lianxin.files.models import Export, Import
from lianxin.files.tests.conftest import BAD_KIND, GOOD, OUTSIDE, book

pytestmark = pytest.mark.usefixtures("target")


def address(name, run):
    return reverse(f"files:{name}", args=[run.pk])


def hand_in(client, cast, content, **given):
    file = SimpleUploadedFile("名册.xlsx", content)
    fields = {"kind": "short_names", "organisation": str(cast.north.id), "file": file, **given}
    return client.post(reverse("files:import_new"), fields)


def test_from_the_file_to_the_register_and_back(cast, at):
    client = cast.client("town_clerk")
    answer = hand_in(client, cast, book(GOOD, BAD_KIND))
    run = Import.objects.get()
    assert answer.headers["Location"] == address("import", run)
    page = client.get(address("import", run))
    assert "files/columns.html" in [one.name for one in page.templates]
    answer = client.post(address("import_columns", run), {"sheet.0": "on"})
    assert answer.status_code == 302
    assert "files/running.html" in [one.name for one in client.get(address("import", run)).templates]
    assert client.get(address("import_progress", run)).json()["state"] == "running"
    act.run_at_once(cast.actor("town_clerk"), run, at=at)
    assert client.get(address("import_progress", run)).json()["state"] == "done"
    page = client.get(address("import", run)).content.decode()
    assert "党支部" in page
    assert address("import_write", run) not in page
    finding = run.findings.get(has_errors=True)
    answer = client.post(address("import_mend", run), {f"cell.{finding.pk}.0": "党支部"})
    assert answer.status_code == 302
    act.run_at_once(cast.actor("town_clerk"), run, at=at)
    assert address("import_write", run) in client.get(address("import", run)).content.decode()
    client.post(address("import_write", run))
    act.run_at_once(cast.actor("town_clerk"), run, at=at)
    cast.willow.refresh_from_db()
    assert cast.willow.short_name == "柳树村支部"
    page = client.get(address("import", run))
    assert "files/finished.html" in [one.name for one in page.templates]
    client.post(address("import_undo", run))
    cast.willow.refresh_from_db()
    assert cast.willow.short_name == "柳树村党支部"


def test_a_refused_file_says_so_beside_the_field(cast):
    answer = hand_in(cast.client("town_clerk"), cast, b"\x89PNG\r\n\x1a\n" + b"\x00" * 600)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Import.objects.exists()


def test_an_empty_or_missing_file_says_so(cast):
    client = cast.client("town_clerk")
    assert hand_in(client, cast, b"").context["form"].errors["file"]
    answer = client.post(reverse("files:import_new"), {"kind": "short_names", "organisation": str(cast.north.id)})
    assert answer.context["form"].errors["file"]


def test_a_place_of_somebody_else_cannot_be_chosen(cast):
    answer = hand_in(cast.client("outsider"), cast, book(GOOD))
    assert answer.context["form"].errors["organisation"]
    assert not Import.objects.exists()


def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(cast):
    answer = cast.client("town_clerk").generic(
        "POST",
        reverse("files:import_new"),
        b"x",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(300 * 1024 * 1024),
    )
    assert answer.status_code == 413
    assert "200 MB" in answer.content.decode()


def test_handing_in_needs_the_token_against_forged_requests(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.town_clerk)
    assert hand_in(client, cast, book(GOOD)).status_code == 403
    assert not Import.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "expired", "revoked"])
def test_others_do_not_find_an_import(cast, upload, who):
    run = upload(book(GOOD))
    client = cast.client(who)
    wanted = 404 if who == "outsider" else 403
    for name in ("import", "import_progress", "import_returned"):
        assert client.get(address(name, run)).status_code == wanted
    for name in ("columns", "columns_again", "mend", "suggestions", "leave_out", "write", "undo", "abandon"):
        assert client.post(address(f"import_{name}", run)).status_code == wanted
    assert Import.objects.get().state == Import.State.UPLOADED
    if who == "outsider":
        assert run.file.name not in client.get(reverse("files:imports")).content.decode()


def test_a_stranger_is_sent_to_sign_in():
    answer = Client().get(reverse("files:imports"))
    assert answer.status_code == 302
    assert "/account/" in answer.headers["Location"]


def test_a_secretary_does_not_import(cast):
    assert cast.client("secretary").get(reverse("files:import_new")).status_code == 403


def test_a_step_out_of_turn_says_why_and_changes_nothing(cast, upload):
    run = upload(book(GOOD))
    client = cast.client("town_clerk")
    for name in ("columns_again", "mend", "suggestions", "leave_out", "write", "undo"):
        answer = client.post(address(f"import_{name}", run))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert Import.objects.get().state == Import.State.UPLOADED


def test_columns_that_do_not_do_say_which(cast, upload):
    run = upload(book(GOOD))
    answer = cast.client("town_clerk").post(address("import_columns", run), {"sheet.0": "on", "column.0.0": ""})
    assert answer.status_code == 422
    assert "组织代码" in answer.context["sentence"]


def test_forty_sheets_of_one_layout_are_matched_at_once(cast, upload, tmp_path, at):
    path = tmp_path / "forty.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for number in range(40):
            sheet = made.add_worksheet(f"第{number}支部")
            sheet.write_row(0, 0, ["组织代码", "叫法", "类别"])
            sheet.write_row(1, 0, ["370522101201", f"柳树{number}"])
    run = upload(path.read_bytes())
    client = cast.client("town_clerk")
    assert client.get(address("import", run)).content.decode().count("<select") == 3
    sheets = {f"sheet.{number}": "on" for number in range(39)}
    client.post(address("import_columns", run), {**sheets, "column.0.0": "code", "column.0.1": "short_name"})
    run = act.run_at_once(cast.actor("town_clerk"), run, at=at)
    assert (run.rows, run.errors) == (39, 0)


def test_the_pages_ask_no_more_of_the_database_for_more_rows(cast, checked, django_assert_max_num_queries):
    few = checked(book(GOOD, BAD_KIND))
    many = checked(book(GOOD, *[BAD_KIND] * 300))
    client = cast.client("town_clerk")
    client.get(address("import", few))
    for run in (few, many):
        with django_assert_max_num_queries(14):
            page = client.get(address("import", run)).content.decode()
    assert page.count('name="leave_out"') == 50
    assert "after=" in page
    with django_assert_max_num_queries(14):
        client.get(reverse("files:imports"))


def test_a_suggestion_stands_in_the_field_and_a_personal_cell_does_not_leak(cast, checked):
    run = checked(book(BAD_KIND, ("370522101201", "柳树", None, None, "370522198001010018")))
    page = cast.client("town_clerk").get(address("import", run)).content.decode()
    assert 'value="党支部"' in page or 'value="branch"' in page
    assert "370522198001010018" not in page


def test_a_returned_workbook_and_a_blank_one_are_handed_out(cast, checked):
    run = checked(book(GOOD, BAD_KIND, OUTSIDE))
    client = cast.client("town_clerk")
    answer = client.get(address("import_returned", run))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    answer = client.get(reverse("files:template", args=["short_names"]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert client.get(reverse("files:template", args=["no_such"])).status_code == 404


def test_giving_up(cast, upload):
    run = upload(book(GOOD))
    answer = cast.client("town_clerk").post(address("import_abandon", run), follow=True)
    assert answer.status_code == 200
    assert run.file.name not in answer.content.decode().split("<main")[1].split("</main")[0]


def test_an_export_comes_at_once_and_is_handed_out(cast):
    client = cast.client("town_clerk")
    wanted = reverse("files:export_new", args=["short_names.list"]) + "?q=村&columns=code"
    assert "组织代码" in client.get(wanted).content.decode()
    answer = client.post(wanted, {"format": "csv", "layout": "screen"})
    export = Export.objects.get()
    assert answer.headers["Location"] == address("export", export)
    assert client.get(address("export", export)).status_code == 200
    answer = client.get(address("export_file", export))
    assert b"".join(answer.streaming_content).decode("utf-8-sig").split() == [
        "组织代码",
        "370522101202",
        "370522101201",
    ]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert cast.client("clerk").get(address("export_file", export)).status_code == 404
    assert client.get(reverse("files:imports")).status_code == 200


def test_a_long_export_goes_to_a_job(cast, monkeypatch):
    monkeypatch.setattr("lianxin.files.exporting.AT_ONCE", 2)
    client = cast.client("town_clerk")
    client.post(reverse("files:export_new", args=["short_names.list"]), {"format": "xlsx", "layout": "screen"})
    export = Export.objects.get()
    assert export.state == Export.State.WAITING
    assert ProcrastinateJob.objects.get().args == {"export_id": str(export.pk)}
    assert client.get(address("export_progress", export)).json()["state"] == "running"
    assert client.get(address("export", export)).status_code == 200
    assert client.get(address("export_file", export)).status_code == 409


def test_personal_data_without_a_reason_is_refused_beside_the_field(cast):
    answer = cast.client("town_clerk").post(
        reverse("files:export_new", args=["short_names.list"]), {"format": "xlsx", "layout": "form", "reason": ""}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]


def test_who_may_not_reveal_is_not_offered_personal_data(cast):
    page = cast.client("viewer").get(reverse("files:export_new", args=["short_names.list"]))
    assert set(page.context["form"].fields) == {"format"}


def test_a_removed_file_says_so(cast, at):
    client = cast.client("town_clerk")
    client.post(reverse("files:export_new", args=["short_names.list"]), {"format": "csv", "layout": "screen"})
    export = Export.objects.get()
    clean_up(at=at + timedelta(days=8), older_than=timedelta(days=7))
    assert client.get(address("export", export)).status_code == 200
    assert client.get(address("export_file", export)).status_code == 409
