"""Checks before publishing in the demonstration: a notice that passed, and a list that waits for a second person."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter

from lianxin.demo.identity import birth_part, id_number
from lianxin.disclosure.facade import ask_override, check_attachment, check_text
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.web.actors import actor_of

if TYPE_CHECKING:
    from datetime import datetime

    from lianxin.demo.accounts import Cast

NOTICE = """经村“两委”会议研究，现将2026年第三季度防灾减灾物资发放情况予以公示。
公示期为5个工作日，如有异议，请向北宋镇纪委反映，监督电话：0546-5321234。
本次共发放物资42户，合计12600.00元。"""
RECIPIENTS = (("张秀英", (1956, 3, 12), False), ("李建国", (1949, 10, 1), True), ("王桂兰", (1951, 7, 23), False))
REASON = "备注中的号码为村委会办公室固定联系手机，按要求须向群众公布。"
FIRST_SERIAL = 4_900_000
CARD = "6299990000000000012"
"""Passes the check of bank cards; no bank issues it."""


def check_before_publishing(cast: Cast, *, at: datetime) -> None:
    """The organisation department's notice is clear; the branch's list is blocked and asked for."""
    check_text(cast.clerk, organisation=cast.branch.id, title="防灾减灾物资发放公示", text=NOTICE, at=at)
    secretary = actor_of(Account.objects.get(username="secretary"))
    name = "困难群众救助金发放名单.xlsx"
    check = check_attachment(secretary, organisation=cast.branch.id, name=name, chunks=[_list()], at=at)
    ask_override(secretary, check=check.pk, reason=REASON, at=at)


def _list() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("发放名单")
        sheet.write_row(0, 0, ["序号", "姓名", "身份证号", "金额（元）", "备注"])
        for row, (person, born, male) in enumerate(RECIPIENTS, start=1):
            number = id_number(FIRST_SERIAL + row, birth_part(*born), male=male)
            sheet.write_row(row, 0, [row, person, number, 300 * row, ""])
        sheet.write(1, 4, "联系电话：12000000001")
        hidden = book.add_worksheet("底稿")
        hidden.write_row(0, 0, ["姓名", "银行卡号"])
        hidden.write_row(1, 0, ["张秀英", CARD])
        hidden.hide()
    return made.getvalue()
