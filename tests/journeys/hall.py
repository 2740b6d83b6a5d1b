"""Makes a meeting of 200 people that begins now, in the secretary's branch, and says which. Run by `manage shell`.

Its own members vote; the others belong elsewhere and sit in.
"""

import json
import sys
from datetime import timedelta

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.planning import plan
from lianxin.activities.models import Participant
from lianxin.activities.plan import Plan, Point
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member
from lianxin.organisations.models import Grant

PEOPLE = 200
account = Account.objects.get(username="secretary")
place = Grant.objects.filter(account=account, role="secretary").order_by("id")[0].organisation
actor, begins = actor_of(account), now() + timedelta(minutes=10)
made = plan(
    actor,
    organisation=place.pk,
    planned=Plan(
        kinds=["general_meeting"],
        title="断网礼堂党员大会",
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        place="村礼堂",
        agenda=(Point("听取支部工作报告", "report", 20), Point("表决年度计划", "decision", 10)),
    ),
    at=now(),
)
announce(actor, activity=made.pk, at=now())
invited = list(made.participants.values_list("member_id", flat=True))
others = Member.objects.filter(membership_status="normal").exclude(pk__in=invited).order_by("id")
Participant.objects.bulk_create(
    Participant(
        activity=made,
        organisation_path=made.organisation_path,
        member=one,
        member_organisation_id=one.organisation_id,
        member_path=one.organisation_path,
        name=one.name,
        pinyin=one.pinyin,
    )
    for one in others[: PEOPLE - len(invited)]
)
sys.stdout.write(f"HALL {json.dumps({'id': str(made.pk)})}\n")
