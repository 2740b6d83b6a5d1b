"""Rows of organisation life that screens need: those of the branch whose secretary and member sign in."""

from datetime import date
from typing import Any

from lianxin.activities.models import (
    Activity,
    Alliance,
    AllianceItem,
    AllianceParty,
    Excuse,
    MinutesItem,
    Participant,
    PartyGroup,
    Resolution,
    Room,
)
from lianxin.appraisals.models import Outcome, Round
from lianxin.appraisals.models import Participant as Appraised
from lianxin.kernel.time import today
from lianxin.ledgers.models import Layout, Reply, ReportForm
from lianxin.members.models import Member
from lianxin.messaging.models import Notice, Recipient
from lianxin.organisations.models import LocalValue, Organisation
from lianxin.preparations.models import Examination, Preparation, Rectification, Talk, TalkYear
from lianxin.rules.facade import political_birthday

NEAR = 30


def _first(rows: Any) -> list[str]:
    found = rows.first()
    return [str(found.pk)] if found is not None else []


def _to_greet(branch: Organisation, on: date) -> list[str]:
    """A member of the branch, else of its town, whose political birthday is near."""
    rows = Member.objects.filter(organisation_path__startswith=branch.path, membership_status="normal")
    for one in rows.order_by("pinyin", "id"):
        days = [political_birthday(one.joined_on, year) for year in (on.year - 1, on.year, on.year + 1)]
        if any(day is not None and abs((day - on).days) < NEAR for day in days):
            return [str(one.pk)]
    return []


def life_of(branch: Organisation, own: Member) -> dict[str, Any]:
    """Ids by what they are of; an empty list where there is none."""
    activities = Activity.objects.filter(organisation=branch).order_by("starts_at")
    announced = activities.filter(state="announced").last()
    held = activities.filter(state="held", record__isnull=False).last()
    joint = activities.filter(state="held", alliance__isnull=False).last()
    draft = activities.filter(state="draft").last()
    people = Participant.objects.filter(activity=announced)
    notices = Notice.objects.filter(picked__contains=[str(branch.pk)])
    notice = notices.order_by("-id").first()
    message = str(notice.message_id) if notice else ""
    return {
        "announced": [str(announced.pk)] if announced else [],
        "held": [str(held.pk)] if held else [],
        "joint": [str(joint.pk)] if joint else [],
        "draft": [str(draft.pk)] if draft else [],
        "participant": _first(people.exclude(member=own).filter(reply="none")),
        "room": _first(Room.objects.filter(organisation=branch)),
        "group": _first(PartyGroup.objects.filter(organisation=branch)),
        "excuse": _first(Excuse.objects.filter(organisation=branch)),
        "local_value": _first(LocalValue.objects.filter(ends_on=None)),
        "alliance": _first(Alliance.objects.filter(organisation=branch)),
        "alliance_item": _first(AllianceItem.objects.filter(alliance__organisation=branch, done_on=None)),
        "alliance_party": _first(
            AllianceParty.objects.filter(alliance__organisation=branch, left_on=None).exclude(organisation=branch)
        ),
        "minutes_item": _first(MinutesItem.objects.filter(minutes__activity=held).order_by("-position")),
        "resolution": _first(Resolution.objects.filter(owner=own)),
        "check": [held.record.code] if held else [],
        "round": _first(Round.objects.filter(organisation=branch)),
        "appraised": _first(Appraised.objects.filter(round__organisation=branch)),
        "objection": _first(Outcome.objects.exclude(objection="")),
        "preparation": _first(Preparation.objects.filter(organisation=branch)),
        "talk_year": _first(TalkYear.objects.filter(organisation=branch)),
        "talk": _first(Talk.objects.filter(talk_year__organisation=branch)),
        "own_talk": _first(Talk.objects.filter(talk_year__organisation=branch, first=own)),
        "examination": _first(Examination.objects.filter(author=own)),
        "rectification": _first(Rectification.objects.filter(owner=own)),
        "notice": [str(notice.pk)] if notice else [],
        "notice_draft": _first(Notice.objects.filter(state="draft", created_by__username="beisong")),
        "message": [message] if message else [],
        "own_message": [
            str(one) for one in Recipient.objects.filter(account=own.account_id).values_list("message", flat=True)[:2]
        ],
        "to_greet": _to_greet(branch, today()),
        "layout": _first(Layout.objects.filter(organisation=branch)),
        "form": _first(ReportForm.objects.exclude(state="draft")),
        "form_draft": _first(ReportForm.objects.filter(state="draft")),
        "reply": _first(Reply.objects.filter(organisation=branch)),
    }
