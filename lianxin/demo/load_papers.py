"""Papers of the demonstration: a superior's layout, a file of an activity, a notice taken back, a grade objected to."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from lianxin.activities.actions.files import add_file
from lianxin.activities.models import Activity
from lianxin.appraisals.actions.counting import Paper, count_sheets, enter_paper_count
from lianxin.appraisals.actions.grading import Decision, object_to_grade, record_grades
from lianxin.appraisals.actions.rounds import open_round
from lianxin.appraisals.models import Round
from lianxin.demo.accounts import claim_records
from lianxin.kernel.edge.uploads import Accepted, Kind, accept_upload
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.ledgers.actions.layouts import upload_layout
from lianxin.members.models import Member, Post
from lianxin.messaging.actions.notices import Draft, cost_of_draft, send_notice, write_notice
from lianxin.messaging.actions.withdrawing import withdraw

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from lianxin.kernel.authz import Actor

LAYOUT = "党支部组织生活情况统计表"
CELLS = (
    ("党支部名称", "{{ organisation.name }}", "党支部书记", "{{ committee.secretary }}"),
    ("党员人数", "{{ members.count }}", "统计时段", "{{ period.words }}"),
    ("党员大会次数", "{{ meetings.general_meeting.count }}", "党课次数", "{{ meetings.party_lecture.count }}"),
    ("日期", "类型", "主题", "实到人数"),
    ("{{ meetings.rows.on }}", "{{ meetings.rows.kind }}", "{{ meetings.rows.title }}", "{{ meetings.rows.present }}"),
)
VISITS = (
    "分三组走访：一组村东，二组村西，三组外出党员家属。",
    "每户了解取暖、就医和用药情况，记在走访本上，回来由组织委员汇总。",
    "不拍照，不送牌匾。",
)
SHEETS = 14
GRADES = ("excellent", "qualified", "qualified", "qualified")


def hand_down_layout(clerk: Actor, *, town: UUID, at: datetime) -> None:
    """The town uploads the form that it wants from its branches."""
    upload_layout(clerk, organisation=town, name=LAYOUT, upload=_word(LAYOUT, table=CELLS), at=at)


def add_material(secretary: Actor, *, branch: UUID, at: datetime) -> None:
    """The theme day that is announced has a paper to be read beforehand."""
    announced = Activity.objects.filter(organisation=branch, state=Activity.State.ANNOUNCED).order_by("starts_at")[0]
    add_file(secretary, activity=announced.pk, upload=_word("走访困难党员和老党员安排", VISITS), at=at)


def take_notice_back(clerk: Actor, *, town: UUID, branches: Collection[UUID], at: datetime) -> None:
    """A notice named the wrong room and was withdrawn with the reason."""
    draft = Draft(
        title="关于召开党支部书记例会的通知",
        text="定于本周五上午9时在镇政府三楼会议室召开党支部书记例会，请准时参加。",
        audience="picked",
        picked=tuple(branches),
    )
    seen = cost_of_draft(clerk, organisation=town, draft=draft, at=at).seen
    kept = write_notice(clerk, organisation=town, draft=draft, at=at)
    sent = send_notice(clerk, notice=kept.pk, version=kept.version, seen=seen, accepts_over=True, at=at)
    if sent.message_id:
        withdraw(clerk, message=sent.message_id, reason="会议室写错，另行通知。", at=at)


def object_next_door(clerk: Actor, secretary: Actor, *, branch: UUID, at: datetime) -> None:
    """In the neighbouring branch the meeting has decided the grades, and one member objects to the own one.

    Sheets were filled in on paper. The secretary has not answered yet; `clerk` gives the member an account.
    """
    today = day_of(at)
    opened = at - timedelta(days=20)
    held = open_round(
        secretary,
        organisation=branch,
        year=today.year,
        as_of=day_of(opened),
        due_on=day_of(opened) + timedelta(days=7),
        at=opened,
    )
    people = list(held.participants.order_by("position"))
    counted = at - timedelta(days=10)
    names = [one.name for one in people]
    paper = Paper(
        handed_out=SHEETS,
        returned=SHEETS,
        invalid=0,
        counted_on=day_of(counted),
        first_counter=names[0],
        second_counter=names[1],
        ticks={
            one.pk: {"excellent": number % SHEETS, "qualified": SHEETS - number % SHEETS}
            for number, one in enumerate(people, 3)
        },
    )
    enter_paper_count(secretary, round_id=held.pk, paper=paper, at=counted)
    count_sheets(secretary, round_id=held.pk, at=counted)
    decided = at - timedelta(days=5)
    record_grades(
        secretary,
        round_id=held.pk,
        decision=Decision(day_of(decided), Round.Body.GENERAL, f"{day_of(decided).month}月党员大会会议记录"),
        grades={one.pk: (GRADES[number % len(GRADES)], "") for number, one in enumerate(people)},
        at=decided,
    )
    objecting = _without_post([one.member_id for number, one in enumerate(people) if number % len(GRADES)])
    if objecting is None:
        return
    account = claim_records(clerk, {objecting: "member4"}, at=at)["member4"]
    text = "今年在外务工，但六次主题党日都通过视频参加，防汛期间也回村值守，请支部再研究一次。"
    object_to_grade(actor_of(account), round_id=held.pk, text=text, at=at)


def _without_post(members: Sequence[UUID]) -> UUID | None:
    """The first of them who holds no post and has no account."""
    free = Member.objects.filter(pk__in=members, account=None).exclude(pk__in=Post.objects.values("member"))
    return free.order_by("pinyin", "id").values_list("pk", flat=True).first()


def _word(title: str, lines: Sequence[str] = (), *, table: Sequence[Sequence[str]] = ()) -> Accepted:
    """A Word file as people hand it in, looked at as every file is."""
    made = Document()
    made.add_heading(title, 1)
    for line in lines:
        made.add_paragraph(line)
    if table:
        drawn = made.add_table(len(table), len(table[0]))
        drawn.style = "Table Grid"
        for row, texts in zip(drawn.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    content = BytesIO()
    made.save(content)
    return accept_upload(SimpleUploadedFile(f"{title}.docx", content.getvalue()), (Kind.document,))
