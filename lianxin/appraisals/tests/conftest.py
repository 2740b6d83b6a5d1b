from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client

from lianxin.appraisals.actions.counting import count_sheets
from lianxin.appraisals.actions.grading import Decision, record_grades
from lianxin.appraisals.actions.rounds import open_round
from lianxin.appraisals.actions.sheets import hand_in_sheet
from lianxin.appraisals.models import Participant
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import acting
from lianxin.kernel.web.actors import actor_of
from lianxin.members.facade import Member, add
from lianxin.rules.facade import id_check_character
from tests.cast import PASSWORD, sign_in_now

NAMES = ("王建国", "李秀兰", "张伟", "刘洋", "陈静", "赵敏")


@dataclass
class Person:
    """A member with an account."""

    member: Member
    account: Account

    @property
    def actor(self):
        return actor_of(self.account)

    @property
    def client(self):
        client = Client()
        client.force_login(self.account)
        sign_in_now(client)
        return client


def id_number(sequence):
    first = f"99010119700101{sequence:03d}"
    return first + id_check_character(first)


@pytest.fixture
def enter(cast, at, today):
    """Enter a member with an account of their own."""
    made = []

    def enter(name, *, place="willow", **given):
        number = len(made) + 1
        facts = {
            "name": name,
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": date(1970, 1, 1),
            "education": "61",
            "joined_on": date(1995, 7, 1),
            "converted_on": date(1996, 7, 1),
            "work_post": "1",
            "id_number": id_number(number),
            "mobile": f"12000000{number:03d}",
        } | given
        member = add(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            facts=facts,
            since=today - timedelta(days=400),
            at=at - timedelta(hours=1),
        )
        account = Account.objects.create_account(f"member{number}", PASSWORD, name=name)
        Member.objects.filter(pk=member.pk).update(account=account)
        account.member_id = member.pk
        account.save(update_fields=["member_id"])
        made.append(Person(member, account))
        return made[-1]

    return enter


@pytest.fixture
def people(enter):
    """Six members of the branch, the last one probationary."""
    return [
        enter(name, converted_on=None, person_category="probationary") if name == NAMES[-1] else enter(name)
        for name in NAMES
    ]


@pytest.fixture
def held(cast, people, at, today):
    """An open appraisal of the branch."""
    with acting(cast.actor("secretary")):
        return open_round(
            cast.actor("secretary"),
            organisation=cast.willow.id,
            year=today.year,
            as_of=today,
            due_on=today + timedelta(days=14),
            at=at,
        )


def part_of(held, person):
    return Participant.objects.get(round=held, member=person.member)


@pytest.fixture
def vote(held):
    """Hand in the sheet of a person, in the scope of that person."""

    def vote(person, grade="qualified", *, step="mass", opinion=""):
        others = Participant.objects.filter(round=held).exclude(member=person.member)
        grades = {one.pk: grade for one in others}
        opinions = {one.pk: opinion for one in others} if opinion else {}
        with acting(person.actor):
            hand_in_sheet(person.actor, round_id=held.pk, step=step, grades=grades, opinions=opinions)

    return vote


@pytest.fixture
def counted(cast, held, people, vote, at):
    """All have voted, and the sheets are counted."""
    for person in people:
        vote(person)
    with acting(cast.actor("secretary")):
        return count_sheets(cast.actor("secretary"), round_id=held.pk, at=at)


@pytest.fixture
def decide(cast, at, today):
    """Record grades: everybody qualified unless said otherwise by position."""

    def decide(held, *, who="secretary", **by_position):
        grades = {one.pk: (by_position.get(f"p{one.position}", "qualified"), "") for one in held.participants.all()}
        decision = Decision(today, "general_meeting", "支部大会会议记录第8号")
        with acting(cast.actor(who)):
            return record_grades(cast.actor(who), round_id=held.pk, decision=decision, grades=grades, at=at)

    return decide
