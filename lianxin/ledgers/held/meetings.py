"""What is held about organisation life: meetings, attendance, resolutions, the plan."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.activities.facade import Activity, Participant, kind_name, names_of
from lianxin.kernel.time import SHANGHAI
from lianxin.ledgers.held.field import Column, Held, Row, Value
from lianxin.ledgers.queries.material import Material, day_of_activity

LIFE = _("organisation life")
ATTENDANCE = _("attendance ledger")
RESOLUTIONS = _("resolutions ledger")
DUE = _("what is due")
THREE_AND_ONE = ("general_meeting", "committee_meeting", "group_meeting", "party_lecture")


def activities(organisation: UUID) -> str:
    """The organisation's activities."""
    return f"{reverse('activities:index')}?organisation={organisation}"


def ledger(key: str) -> Callable[[UUID], str]:
    """The address of a ledger of an organisation."""
    return lambda organisation: reverse("ledgers:ledger", args=[organisation, key])


def appraisals(_organisation: UUID) -> str:
    """Appraisals of members."""
    return reverse("appraisals:rounds")


def due(organisation: UUID) -> str:
    """What is due of the organisation."""
    return reverse("duties:organisation", args=[organisation])


def _held(kinds: Iterable[str]) -> Callable[[Material], Value]:
    wanted = set(kinds)

    def read(material: Material) -> Value:
        return sum(1 for one in material.activities if wanted & set(one.kinds))

    return read


def _last(kind: str) -> Callable[[Material], Value]:
    def read(material: Material) -> Value:
        return next((day_of_activity(one) for one in reversed(material.activities) if kind in one.kinds), None)

    return read


def _came(kind: str) -> Callable[[Material], Value]:
    def read(material: Material) -> Value:
        return sum(len(material.turnout(one).present) for one in material.activities if kind in one.kinds)

    return read


def _times(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{word}{end}" for word in words for end in ("次数", "情况"))


def _kind(kind: str, words: Sequence[str]) -> tuple[Held, Held, Held]:
    name: Any = kind_name(kind)
    return (
        Held(f"meetings.{kind}.count", name, _times(words), LIFE, activities, 2, _held([kind])),
        Held(
            f"meetings.{kind}.last_on",
            name,
            tuple(
                f"{front}{word}{end}"
                for word in words
                for front, end in (("", "时间"), ("最近一次", "时间"), ("", "日期"))
            ),
            LIFE,
            activities,
            2,
            _last(kind),
        ),
        Held(
            f"meetings.{kind}.present_count",
            name,
            tuple(
                f"{front}{word}{end}"
                for word in words
                for front, end in (
                    ("", "参加人数"),
                    ("", "参加人次"),
                    ("", "实到人数"),
                    ("参加", "人数"),
                    ("参加", "人次"),
                )
            ),
            ATTENDANCE,
            ledger("attendance"),
            3,
            _came(kind),
        ),
    )


KINDS = {
    "general_meeting": ("党员大会", "支部党员大会"),
    "committee_meeting": ("支委会", "支部委员会会议"),
    "group_meeting": ("党小组会",),
    "party_lecture": ("党课", "上党课"),
    "theme_day": ("主题党日", "主题党日活动"),
    "org_life_meeting": ("组织生活会",),
    "democratic_life_meeting": ("民主生活会",),
    "heart_talk": ("谈心谈话",),
    "member_appraisal": ("民主评议党员",),
    "oath_review": ("重温入党誓词",),
    "dues_day": ("集中交纳党费", "党费日"),
}


def _words(activity: Activity) -> str:
    return "、".join(str(name) for name in names_of(activity.kinds))


def _people(rows: Iterable[Participant]) -> str:
    return "、".join(one.name for one in rows)


def _meeting_rows(material: Material) -> Sequence[Row]:
    found: list[Row] = []
    for number, one in enumerate(material.activities, 1):
        came = material.turnout(one)
        found.append(
            {
                "number": number,
                "on": day_of_activity(one),
                "time": f"{one.starts_at.astimezone(SHANGHAI):%H:%M}–{one.ends_at.astimezone(SHANGHAI):%H:%M}",
                "kind": _words(one),
                "title": one.title,
                "place": one.place,
                "chair": one.chair_name,
                "recorder": one.recorder_name,
                "expected": len(came.expected),
                "present": len(came.present),
                "on_leave": _people(came.on_leave),
                "absent": _people(came.absent),
                "excused": _people(came.excused),
                "hours": material.hours[one.pk],
                "agenda": "；".join(point.title for point in one.agenda.all()),
                "decisions": "；".join(material.decisions.get(one.pk, ())),
            }
        )
    return found


def attended(row: Participant, made_up: bool) -> str:  # noqa: FBT001 - a fact of the row
    """How it was with one member at one activity, in a word."""
    if row.attendance == row.Attendance.LATE:
        return gettext("came late")
    if row.came:
        return gettext("present")
    if row.is_excused:
        return gettext("excused")
    if made_up:
        return gettext("made up for")
    return pgettext("ledger", "on leave") if row.reply == row.Reply.LEAVE_GIVEN else gettext("absent")


def _attendance_rows(material: Material) -> Sequence[Row]:
    made_up = {(one.activity, one.member) for one in material.made_up}
    return [
        {
            "on": day_of_activity(one),
            "kind": _words(one),
            "title": one.title,
            "name": row.name,
            "state": attended(row, (one.pk, row.member_id) in made_up),
            "reason": row.leave_reason if not row.came else "",
        }
        for one in material.activities
        for row in material.participants[one.pk]
    ]


def _attendance_members(material: Material) -> Sequence[Row]:
    made_up = {(one.activity, one.member) for one in material.made_up}
    counted: dict[UUID, dict[str, Any]] = {}
    names = {member.pk: member.name for member in material.members}
    for one in material.activities:
        for row in material.participants[one.pk]:
            names.setdefault(row.member_id, row.name)
            own = counted.setdefault(row.member_id, dict.fromkeys(("expected", "present", "on_leave", "made_up"), 0))
            if row.is_excused and not row.came:
                own["note"] = gettext("excused from attending")
                continue
            own["expected"] += 1
            own["present"] += row.came
            own["on_leave"] += not row.came and row.reply == row.Reply.LEAVE_GIVEN
            own["made_up"] += not row.came and (one.pk, row.member_id) in made_up
    return [
        {
            "name": name,
            "expected": mine["expected"],
            "present": mine["present"],
            "on_leave": mine["on_leave"],
            "absent": mine["expected"] - mine["present"] - mine["on_leave"],
            "made_up": mine["made_up"],
            "note": mine.get("note", ""),
        }
        for key, name in names.items()
        if (mine := counted.get(key)) is not None
    ]


def _resolution_rows(material: Material) -> Sequence[Row]:
    return [
        {"number": number, "on": on, "meeting": meeting, "text": text, "owner": owner, "due_on": due_on, "state": state}
        for number, (on, meeting, text, due_on, owner, state) in enumerate(material.resolutions, 1)
    ]


def _plan_rows(material: Material) -> Sequence[Row]:
    return [
        {
            "what": str(item.label),
            "period": item.period,
            "until": item.row.period_end,
            "state": str(item.word),
            "held_on": item.row.met_on,
            "article": item.article,
        }
        for item in material.plan
    ]


FIELDS = (
    Held(
        "meetings.count",
        _("number of “three meetings and one lecture”"),
        (*_times(("三会一课",)), "组织生活次数"),
        LIFE,
        activities,
        5,
        _held(THREE_AND_ONE),
    ),
    *(field for kind, words in KINDS.items() for field in _kind(kind, words)),
    Held(
        "attendance.expected_count",
        _("persons expected, all activities of the period"),
        ("应到人数", "应到人次", "应参加人数", "应参会人数"),
        ATTENDANCE,
        ledger("attendance"),
        3,
        lambda material: sum(len(material.turnout(one).expected) for one in material.activities),
    ),
    Held(
        "attendance.present_count",
        _("persons present, all activities of the period"),
        ("参加人数", "参加人次", "实到人数", "实到人次", "参会人数", "参会党员人数"),
        ATTENDANCE,
        ledger("attendance"),
        3,
        lambda material: sum(len(material.turnout(one).present) for one in material.activities),
    ),
    Held(
        "attendance.leave_count",
        _("persons on leave, all activities of the period"),
        ("请假人数", "请假人次", "缺席人数"),
        ATTENDANCE,
        ledger("attendance"),
        3,
        lambda material: sum(len(material.turnout(one).on_leave) for one in material.activities),
    ),
    Held(
        "meetings.rows",
        _("meetings and activities of the period"),
        ("会议记录", "三会一课记录", "组织生活记录", "会议台账", "活动台账", "三会一课台账", "主题党日记录"),
        LIFE,
        activities,
        40,
        rows=_meeting_rows,
        columns=(
            Column("number", _("no."), (), "integer"),
            Column("on", _("day"), ("会议时间", "活动时间", "实际会议时间", "实际时间"), "date"),
            Column("time", _("time")),
            Column("kind", pgettext_lazy("activity", "kind"), ("会议类型", "活动类型")),
            Column("title", _("title"), ("会议名称", "活动名称", "活动主题", "会议主题")),
            Column("place", _("place"), ("会议地点", "活动地点")),
            Column("chair", _("chair"), ("主持人", "主持人姓名")),
            Column("recorder", _("recorder"), ("记录人", "记录人姓名")),
            Column("expected", _("expected"), (), "integer"),
            Column("present", pgettext_lazy("number", "present"), (), "integer"),
            Column("on_leave", pgettext_lazy("ledger", "on leave"), ("请假人员", "请假人员名单")),
            Column("absent", _("absent"), ("缺席人员", "缺席人员名单")),
            Column("excused", _("excused"), ("免予参加人员", "免于参加人员")),
            Column("hours", _("class hours"), (), "hours"),
            Column("agenda", _("agenda"), ("会议议题", "会议议程", "活动内容", "会议内容")),
            Column("decisions", _("decisions"), ("会议决议", "决议内容", "议定事项")),
        ),
    ),
    Held(
        "attendance.rows",
        _("attendance, member by member"),
        ("签到表", "考勤表", "签到名单", "参会人员名单", "到会情况", "出勤情况"),
        ATTENDANCE,
        ledger("attendance"),
        40,
        rows=_attendance_rows,
        columns=(
            Column("on", _("day"), (), "date"),
            Column("kind", pgettext_lazy("activity", "kind")),
            Column("title", _("title")),
            Column("name", pgettext_lazy("person", "name")),
            Column("state", pgettext_lazy("ledger", "attendance")),
            Column("reason", _("reason"), ("请假事由", "请假原因")),
        ),
    ),
    Held(
        "attendance.members",
        _("attendance of each member"),
        ("党员参加组织生活情况", "党员出勤情况"),
        ATTENDANCE,
        ledger("attendance"),
        30,
        rows=_attendance_members,
        columns=(
            Column("name", pgettext_lazy("person", "name")),
            Column("expected", _("expected"), (), "integer"),
            Column("present", pgettext_lazy("number", "present"), (), "integer"),
            Column("on_leave", pgettext_lazy("ledger", "on leave"), (), "integer"),
            Column("absent", _("absent"), (), "integer"),
            Column("made_up", _("made up for"), (), "integer"),
            Column("note", _("note")),
        ),
    ),
    Held(
        "resolutions.count",
        _("number of resolutions"),
        ("决议数量", "形成决议数", "决议事项数"),
        RESOLUTIONS,
        ledger("resolutions"),
        2,
        lambda material: len(material.resolutions),
    ),
    Held(
        "resolutions.rows",
        _("resolutions of the period"),
        ("决议台账", "决议落实情况", "决议执行情况", "议定事项落实情况"),
        RESOLUTIONS,
        ledger("resolutions"),
        20,
        rows=_resolution_rows,
        columns=(
            Column("number", _("no."), (), "integer"),
            Column("on", _("day of the meeting"), (), "date"),
            Column("meeting", _("meeting")),
            Column("text", _("what was resolved"), ("决议事项",)),
            Column("owner", _("who sees to it"), ("责任人", "落实责任人")),
            Column("due_on", _("finish by"), ("完成时限", "落实时限"), "date"),
            Column("state", _("how it stands"), ("落实进度", "完成情况")),
        ),
    ),
    Held(
        "appraisal.grades",
        _("grades of the appraisal of members"),
        ("评议结果", "民主评议结果", "评议等次", "优秀党员数", "民主评议优秀人数"),
        _("appraisals of members"),
        appraisals,
        10,
    ),
    Held(
        "plan.rows",
        _("plan of organisation life"),
        ("年度组织生活计划", "三会一课计划", "组织生活计划", "年度工作计划安排"),
        DUE,
        due,
        20,
        rows=_plan_rows,
        columns=(
            Column("what", _("what is due")),
            Column("period", _("period")),
            Column("until", _("last day"), (), "date"),
            Column("state", _("state")),
            Column("held_on", _("held on"), (), "date"),
            Column("article", pgettext_lazy("ledger", "basis")),
        ),
    ),
)
