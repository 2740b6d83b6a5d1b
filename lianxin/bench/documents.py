"""The documents of a meeting of fifty people: minutes as PDF and as Word, the first time in a process and again."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.test import Client
from django.urls import reverse

from lianxin.activities.actions.minutes import Speech, begin_minutes, confirm_minutes, write_item
from lianxin.activities.models import Activity, ActivityParty, AgendaItem, Participant
from lianxin.bench.trial import Trial
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member
from lianxin.organisations.models import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE, ITEMS, SPEAKERS = 50, 6, 8
AIM = 2.0
OK = 200
SAID = "结合本村实际，围绕产业发展、基层治理和服务群众谈了三点意见，建议把工作任务分解到人、落实到月，定期通报进展。"
DECIDED = "会议同意所提方案，由支部委员会按季度督促落实，下次会议报告进展。"


def measure_documents() -> Iterator[Trial]:
    """Ask for them at the secretary's desk; the meeting is taken back afterwards."""
    with acting(Actor.system("benchmark of documents")), transaction.atomic():
        account = Account.objects.get(username="secretary")
        meeting = _meeting(account)
        client = Client()
        client.force_login(account)
        for name, ending in (("minutes_pdf", "PDF"), ("minutes_word", "Word")):
            address = reverse(f"activities:{name}", args=[meeting.pk])
            for which in ("first time in the process", "again"):
                begun = time.perf_counter()
                answer = client.get(address)
                seconds = time.perf_counter() - begun
                failed = "" if answer.status_code == OK else f"answered {answer.status_code}"
                size = f"{len(answer.content) / 1000:,.0f} kB"
                label = f"minutes of {PEOPLE} people and {ITEMS} items as {ending}, {which}"
                yield Trial(f"life_{name}", label, seconds, AIM, size, failed)
        transaction.set_rollback(True)


def _meeting(account: Account) -> Activity:
    """A meeting that was held, with its minutes confirmed."""
    at, actor = now(), actor_of(account)
    place = Grant.objects.filter(account=account, role="secretary").order_by("id")[0].organisation
    members = list(Member.objects.filter(membership_status="normal").order_by("id")[:PEOPLE])
    held = Activity.objects.create(
        organisation=place,
        organisation_path=place.path,
        kinds=["general_meeting"],
        title="党员大会",
        starts_at=at - timedelta(hours=3),
        ends_at=at - timedelta(hours=1),
        place="村党员活动室",
        chair=members[0],
        chair_name=members[0].name,
        recorder=members[1],
        recorder_name=members[1].name,
        state=Activity.State.HELD,
        created_at=at,
        announced_at=at,
        held_at=at,
    )
    ActivityParty.objects.create(
        activity=held,
        activity_path=place.path,
        organisation=place,
        organisation_path=place.path,
        organisation_name=place.name,
        is_host=True,
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(activity=held, position=number, title=f"第{number}项议题", kind="report")
        for number in range(1, ITEMS + 1)
    )
    Participant.objects.bulk_create(
        Participant(
            activity=held,
            organisation_path=place.path,
            member=one,
            member_organisation_id=one.organisation_id,
            member_path=one.organisation_path,
            name=one.name,
            pinyin=one.pinyin,
            may_vote=True,
            attendance=Participant.Attendance.PRESENT,
            signed_at=held.starts_at,
            signed_how=Participant.How.LIST,
        )
        for one in members
    )
    with acting(actor):
        for item in begin_minutes(actor, activity=held.pk, at=at).items.all():
            said = [Speech(one.name, SAID, one.pk) for one in members[:SPEAKERS]]
            write_item(actor, item=item.pk, speeches=said, decision=DECIDED, version=item.version, at=at)
        confirm_minutes(actor, activity=held.pk, at=at)
    return held
