"""Plants marked personal data by every door of an installation; run by test_planted in a process of its own.

Everything goes the way people and programs go: forms, the service for programs, a spreadsheet with good and refused
rows, jobs. What each door answered is printed, so that the test knows that the values did get in.
"""

import io
import json
import sys
from typing import Any

from lianxin.cli.project import start_django
from tests.privacy.marks import ADDRESSES, CARD, ID_NUMBERS, PHONES, REFUSED_ID, TALKATIVE


def main() -> dict[str, Any]:  # noqa: PLR0915 - one story, told in order
    start_django(sees_everything=False)
    import xlsxwriter  # noqa: PLC0415 - needs Django
    from django.conf import settings  # noqa: PLC0415 - the same
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - the same
    from django.core.management import call_command  # noqa: PLC0415 - the same
    from django.http import HttpRequest  # noqa: PLC0415 - the same
    from django.test import Client  # noqa: PLC0415 - the same
    from django.urls import path, reverse  # noqa: PLC0415 - the same

    import config.urls  # noqa: PLC0415 - the same
    from lianxin.files import jobs  # noqa: PLC0415 - the same
    from lianxin.files.models import Export, Import  # noqa: PLC0415 - the same
    from lianxin.kernel.authz import Actor, acting  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now, today  # noqa: PLC0415 - the same
    from lianxin.kernel.web.screens import public  # noqa: PLC0415 - the same
    from lianxin.members.models import Member  # noqa: PLC0415 - the same
    from tests.api.conftest import V1, make_token  # noqa: PLC0415 - the same
    from tests.cast import cast as cast_fixture  # noqa: PLC0415 - the same
    from tests.cast import sign_in_now  # noqa: PLC0415 - the same

    settings.ACCEPT_TEST_PERSONS = True
    settings.SECOND_FACTOR = "nobody"
    settings.ALLOWED_HOSTS = ["testserver"]
    assert not settings.DEBUG
    said: dict[str, Any] = {}

    @public("a test's view that fails")
    def failing(request: HttpRequest, mark: str) -> None:
        posted = request.POST.get("home_address", "") + ADDRESSES[0]
        raise ValueError(f"no member {mark} {request.POST.get('id_number')} of {len(posted)}")

    config.urls.urlpatterns.append(path("failing/<str:mark>/", failing))
    system = Actor.system("planting")
    with acting(system):
        cast = cast_fixture._get_wrapped_function()(None, today(), now())
        _token, token = make_token(cast.clerk)

    def browser(who: str) -> Client:
        client = Client(raise_request_exception=False)
        with acting(system):
            client.force_login(getattr(cast, who))
            sign_in_now(client)
        return client

    def facts(number: int, **given: Any) -> dict[str, Any]:
        return {
            "name": f"王建国{'甲乙丙丁戊'[number]}",
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": "1970-01-01",
            "education": "61",
            "person_category": "full",
            "joined_on": "1995-07-01",
            "converted_on": "1996-07-01",
            "work_post": "1",
            "id_number": ID_NUMBERS[number],
            "mobile": PHONES[number],
            "landline": "0546-5129876",
            "home_address": ADDRESSES[number],
        } | given

    clerk, secretary = browser("clerk"), browser("secretary")
    place = {"organisation": str(cast.willow.id), "since": "2024-01-01"}
    answer = clerk.post(reverse("members:add"), {**facts(0), **place})
    said["form"] = answer.status_code
    said["form refused"] = clerk.post(reverse("members:add"), {**facts(1, id_number=REFUSED_ID), **place}).status_code
    said["form twice"] = clerk.post(reverse("members:add"), {**facts(1, id_number=ID_NUMBERS[0]), **place}).status_code
    with acting(system):
        member = Member.objects.get()

    program = {"Authorization": f"Bearer {token}", "Idempotency-Key": "planted-1"}
    body = json.dumps({"organisation": str(cast.willow.id), "facts": facts(1), "since": "2024-01-01"})
    ask = Client(raise_request_exception=False)
    answer = ask.post(f"{V1}/members", body, content_type="application/json", headers=program)
    said["service"] = answer.status_code
    wrong = json.dumps({"organisation": str(cast.willow.id), "facts": facts(2, id_number=REFUSED_ID), "x": CARD})
    said["service refused"] = ask.post(
        f"{V1}/members", wrong, content_type="application/json", headers={**program, "Idempotency-Key": "planted-2"}
    ).status_code

    for field in ("id_number", "mobile", "home_address"):
        answer = secretary.post(reverse("members:reveal", args=[member.id, field]), {"reason": TALKATIVE})
        said[f"reveal {field}"] = (answer.status_code, answer.json())
    said["reveal refused"] = (
        browser("sibling")
        .post(reverse("members:reveal", args=[member.id, "mobile"]), {"reason": TALKATIVE})
        .status_code
    )

    sent = {**facts(0), "mobile": PHONES[3], "reason": TALKATIVE, "version": 1}
    said["correct"] = secretary.post(reverse("members:correct", args=[member.id]), sent).status_code

    with acting(system):
        cast.stranger.member_id = member.id
        cast.stranger.save()
    own = browser("stranger")
    said["asked"] = own.post(
        reverse("own:ask"), {"field": "mobile", "wanted": PHONES[4], "value": PHONES[4], "reason": TALKATIVE}
    ).status_code

    said["searched"] = [
        clerk.get(reverse("members:roster"), {"q": text}).status_code for text in (ID_NUMBERS[0], PHONES[1])
    ]
    said["suggested"] = clerk.get(reverse("members:suggest"), {"q": PHONES[1]}).status_code
    said["nowhere"] = clerk.get(f"/work/members/{ID_NUMBERS[0]}/").status_code
    said["signed in wrongly"] = [
        Client().post(reverse("account_login"), {"login": text, "password": CARD}).status_code
        for text in (ID_NUMBERS[0], PHONES[0], ADDRESSES[0])
    ]

    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        sheet = written.add_worksheet("党员信息")
        headings = ("姓名", "所在党支部", "公民身份证号", "性别", "民族", "出生日期", "学历", "人员类别",
                    "加入党组织日期", "转为正式党员日期", "手机号", "家庭住址", "银行账号")  # fmt: skip
        good = ("李明", "柳树村党支部", ID_NUMBERS[2], "男", "汉族", "1970-01-01", "初中", "正式党员",
                "1995-07-01", "1996-07-01", PHONES[2], ADDRESSES[2], CARD)  # fmt: skip
        refused = (*good[:2], REFUSED_ID, *good[3:10], f"{PHONES[3]}9", ADDRESSES[3], CARD)
        moved = (*good[:2], ID_NUMBERS[3], PHONES[4], *good[4:10], ADDRESSES[1], PHONES[1], ID_NUMBERS[4])
        for number, row in enumerate((headings, good, refused, moved)):
            sheet.write_row(number, 0, row)
    file = SimpleUploadedFile("名册.xlsx", book.getvalue())
    clerk.post(
        reverse("files:import_new"),
        {"kind": "members", "organisation": str(cast.county.id), "file": file, "password": CARD},
    )
    with acting(system):
        run = Import.objects.get()
    work = {"import_id": str(run.pk), "account_id": str(cast.clerk.pk)}

    def step(name: str, *args: Any) -> int:
        return clerk.post(reverse(f"files:{name}", args=[run.pk]), *args).status_code

    page = clerk.get(reverse("files:import", args=[run.pk]))
    said["columns page"] = page.status_code
    step("import_columns", {"sheet.0": "on"})
    jobs.check_import(**work)
    with acting(system):
        run.refresh_from_db()
        said["checked"] = (run.state, run.errors, run.sentence if hasattr(run, "sentence") else "")
        bad = run.findings.filter(has_errors=True).order_by("row").first()
    if bad is not None:
        said["mended"] = step("import_mend", {f"cell.{bad.pk}.0": ID_NUMBERS[3]})
        jobs.check_import(**work)
    said["page"] = clerk.get(reverse("files:import", args=[run.pk])).status_code
    said["returned"] = clerk.get(reverse("files:import_returned", args=[run.pk])).status_code
    step("import_leave_out")
    jobs.check_import(**work)
    said["write"] = step("import_write")
    jobs.apply_import(**work)
    with acting(system):
        run.refresh_from_db()
        said["written"] = (run.state, Member.objects.count())

    said["export"] = clerk.post(
        reverse("files:export_new", args=["members"]),
        {"format": "xlsx", "layout": "screen", "personal": "on", "reason": TALKATIVE},
    ).status_code
    with acting(system):
        exports = list(Export.objects.all())
    for one in exports:
        jobs.write_export(export_id=str(one.pk))
        answer = clerk.get(reverse("files:export_file", args=[one.pk]))
        said["exported"] = (answer.status_code, len(b"".join(answer.streaming_content)))

    answer = ask.post(
        f"/failing/{ID_NUMBERS[0]}/?q={PHONES[0]}", {"id_number": ID_NUMBERS[1], "home_address": ADDRESSES[1]}
    )
    said["failed"] = (
        answer.status_code,
        [mark for mark in (*ID_NUMBERS, *PHONES, *ADDRESSES) if mark in answer.content.decode()],
    )
    call_command("procrastinate", "worker", "--one-shot")
    return said


if __name__ == "__main__":
    told = main()
    sys.stdout.write("\nSAID " + json.dumps(told, ensure_ascii=False) + "\n")
