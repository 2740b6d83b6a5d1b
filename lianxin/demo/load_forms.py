"""A form of the town in the demonstration: most of it is taken from the records, one thing is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lianxin.kernel.time import day_of
from lianxin.ledgers.actions.forms import Asked, FormDraft, preview_form, send_form, write_form

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from lianxin.kernel.authz import Actor

DUE = timedelta(days=12)


def ask_below(clerk: Actor, *, town: UUID, branches: Collection[UUID], at: datetime) -> None:
    """Send one form to the branches, and leave another as a draft."""
    today = day_of(at)
    draft = FormDraft(
        title="党员活动场所冬季取暖情况",
        text="了解各村党员活动室取暖条件，便于统筹安排。党员人数等已有数据由平台带出，不需填写。",
        audience="picked",
        due_on=today + DUE,
        since=today.replace(month=1, day=1),
        until=today,
        questions=(
            Asked(label="党员人数", held="members.count"),
            Asked(label="取暖方式", kind="choice", choices=("空调", "电暖气", "暂无")),
            Asked(label="需要镇里帮助解决的困难", is_required=False),
        ),
        picked=tuple(branches),
    )
    sent = write_form(clerk, organisation=town, draft=draft, at=at)
    preview = preview_form(clerk, sent, at=at)
    send_form(clerk, form=sent.pk, version=sent.version, seen=preview.seen, accepts_over=True, at=at)
    later = FormDraft(
        title="2026年冬训集中学习场次安排".replace("2026", str(today.year)),
        text="排定冬训场次，避免撞期。",
        audience="picked",
        due_on=today + DUE,
        since=today.replace(month=1, day=1),
        until=today,
        questions=(Asked(label="拟定开班日期", kind="date"),),
        picked=tuple(branches),
    )
    write_form(clerk, organisation=town, draft=later, at=at)
