"""A little life in the demonstration: requests that wait, an import with mistakes, a merger last year, a plan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lianxin.demo.accounts import claim_records
from lianxin.demo.faulty import write_faulty_roster
from lianxin.demo.load_disclosure import check_before_publishing
from lianxin.demo.load_import import check_workbook
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.members.actions.corrections import ask_for_correction
from lianxin.members.actions.rights import ask_for_right
from lianxin.members.models import Member, Post
from lianxin.organisations.actions.merge import merge
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from lianxin.demo.accounts import Cast

SMALL = range(5, 16)
"""Members of a village branch small enough to be merged with its neighbour."""


def play(cast: Cast, folder: Path, *, at: datetime) -> None:
    """Let people ask, plan and make mistakes, each through the act itself."""
    _ask(cast, at=at)
    _merge_villages(cast, at=at)
    _plan_new_name(cast, at=at)
    _hand_in_mistakes(cast, folder, at=at)
    check_before_publishing(cast, at=at)


def _ask(cast: Cast, *, at: datetime) -> None:
    """The member who can sign in and two others of the branch want something corrected."""
    others = Member.objects.filter(organisation=cast.branch, account=None, membership_status="normal")
    free = list(others.exclude(id__in=Post.objects.values("member")).order_by("pinyin", "id")[:2])
    accounts = claim_records(cast.clerk, {one.id: f"member{number}" for number, one in enumerate(free, 2)}, at=at)
    asking = [cast.member, *(actor_of(one) for one in accounts.values())]
    wishes = (
        ("workplace", "利津县北宋镇农业综合服务中心", "今年春天换了工作单位，劳动合同可以带来。"),
        ("native_place", "山东利津", "籍贯一栏是空的，按户口簿应为山东利津。"),
        ("home_address", "山东省东营市利津县利津街道幸福家园3号楼2单元502室", "去年搬到县城居住，房产证可查。"),
    )
    for actor, (field, wanted, reason) in zip(asking, wishes, strict=False):
        ask_for_correction(actor, field=field, wanted=wanted, reason=reason, at=at)
    ask_for_right(
        cast.member, kind="restrict", field="landline", reason="家中座机由老人接听，请不要再打这个号码。", at=at
    )


def _merge_villages(cast: Cast, *, at: datetime) -> None:
    """Two small neighbouring villages became one on the first of July of last year."""
    pair = _neighbours(cast.branch)
    if len(pair) < 2:  # noqa: PLR2004 - two are needed for one
        return
    earlier, later = pair
    year = day_of(at).year - 1
    merge(
        cast.clerk,
        earlier=[earlier.id],
        into=later.id,
        effective_on=date(year, 7, 1),
        document_no=f"利组发〔{year}〕27号",
        reason=f"{earlier.short_name}所在村与{later.short_name}所在村合并，党组织随之调整。",
        at=at,
    )


def _neighbours(not_this: Organisation) -> Sequence[Organisation]:
    villages = Organisation.objects.filter(
        is_village_or_community=True, org_type="branch", numchild=0, full_members__in=SMALL, dissolved_on=None
    ).exclude(id=not_this.id)
    before: Organisation | None = None
    for one in villages.order_by("path"):
        if before is not None and before.path[:-4] == one.path[:-4]:
            return (before, one)
        before = one
    return ()


def _plan_new_name(cast: Cast, *, at: datetime) -> None:
    """A branch of villagers gets a new name on the first of January."""
    chosen = (
        Organisation.objects.filter(short_name__endswith="村党支部", org_type="branch", full_members__gt=SMALL.stop)
        .exclude(id=cast.branch.id)
        .order_by("-path")
        .first()
    )
    if chosen is None:
        return
    year = day_of(at).year
    rename(
        cast.clerk,
        organisation=chosen.id,
        name=chosen.name.replace("村支部委员会", "新村支部委员会"),
        short_name=chosen.short_name.replace("村党支部", "新村党支部"),
        effective_on=date(year + 1, 1, 1),
        document_no=f"利组发〔{year}〕41号",
        reason="村庄整体搬迁后更名，自新年起使用新名称。",
        at=at,
    )


def _hand_in_mistakes(cast: Cast, folder: Path, *, at: datetime) -> None:
    """A roster with mistakes has been checked and waits for somebody to mend it."""
    path = folder / "北宋镇新增党员名册.xlsx"
    write_faulty_roster(path, today=day_of(at))
    top = Organisation.objects.get(depth=1)
    check_workbook(cast.clerk, "members", top, path, at=at)
