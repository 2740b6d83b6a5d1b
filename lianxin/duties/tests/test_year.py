"""A year of a thousand organisations: what the database says is due and met, against the rule said plainly."""

import random
from datetime import date, timedelta

from lianxin.duties.actions.derive import derive
from lianxin.duties.models import DutyRow
from lianxin.duties.projecting import apply_met
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.duties.tests.test_meeting import recount, sums
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.projectors import Positioned
from lianxin.kernel.models import Event
from lianxin.organisations.models import Organisation

ORGANISATIONS, MEETINGS = 1_000, 20_000
YEAR = 2025
LAST = date(YEAR, 12, 31)
STEPS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HELD = ("general_meeting", "committee_meeting", "group_meeting", "party_lecture", "theme_day", "org_life_meeting")
# How often a year, for whom, and as what it is held: written down from the regulations, not from the code.
TIMES = {
    "general_meeting": 4,
    "committee_meeting": 12,
    "group_meeting": 12,
    "party_lecture": 4,
    "theme_day": 12,
    "org_life_meeting": 1,
    "member_appraisal": 1,
    "heart_talk": 1,
    "secretary_lecture": 1,
    "democratic_life_meeting": 1,
}


def concerns(key, one):
    branch = one.org_type in ("branch", "joint_branch", "temporary_branch", "floating_branch")
    committee = one.org_type in ("grassroots_committee", "work_committee")
    if key == "committee_meeting":
        return branch and (one.committee_seats > 0 or one.full_members >= 7)
    if key == "group_meeting":
        return one.org_type == "group"
    if key in ("secretary_lecture", "democratic_life_meeting"):
        return committee
    return branch


def plainly(one, held):
    """What is due of an organisation, and on which day it was first held: months divided by hand."""
    found = {}
    for key, times in TIMES.items():
        if not concerns(key, one):
            continue
        months = 12 // times
        for number in range(times):
            first = date(YEAR, number * months + 1, 1)
            last = (date(YEAR, number * months + months, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            if one.founded_on > first or one.entered_on > last:
                continue
            what = "party_lecture" if key == "secretary_lecture" else key
            days = [day for kind, day, gone in held if kind == what and first <= day <= last and not gone]
            found[key, first] = min(days, default=None)
    return found


def tree(chance):
    """A county of towns and branches, without names worth reading."""
    rows = []

    def put(path, org_type):
        number = len(rows)
        row = Organisation(
            path=path,
            depth=len(path) // 4,
            code=f"Y{number}",
            name=f"组织{number}",
            short_name=f"组织{number}",
            pinyin="zuzhi",
            initials="zz",
            org_type=org_type,
            full_members=chance.randint(0, 30),
            committee_seats=chance.choice([0, 0, 3]),
            founded_on=chance.choice([date(2001, 5, 4)] * 4 + [date(YEAR, 1, 1) + timedelta(chance.randint(0, 364))]),
        )
        row.entered_on = date(YEAR, 1, 1)
        rows.append(row)
        return path

    county = put("Y001", "grassroots_committee")
    for town in range(20):
        path = put(f"{county}{town:04d}", "grassroots_committee")
        for number in range(ORGANISATIONS // 20 - 1):
            if len(rows) < ORGANISATIONS:
                kind = chance.choice(["branch"] * 6 + ["joint_branch", "temporary_branch", "general_branch", "group"])
                put(f"{path}{number:04d}", kind)
    while len(rows) < ORGANISATIONS:
        put(f"{county}{len(rows):04d}", "branch")
    Organisation.objects.bulk_create(rows)
    return rows


def test_no_duty_is_missed_and_none_is_invented(cast):
    chance = random.Random(20251231)  # noqa: S311 - the same year each time
    rows = tree(chance)
    late = rows[::7]
    for row in late:
        row.entered_on = date(YEAR, chance.randint(2, 12), 15)
    on_time = [row.id for row in rows if row.entered_on == date(YEAR, 1, 1)]
    derive(SYSTEM, organisations=on_time, on=date(YEAR, 1, 1), registered_on=date(YEAR, 1, 1))
    held = {row.id: [] for row in rows}
    batch = []

    def apply():
        apply_met(batch)
        batch.clear()

    position = 0
    for _number in range(MEETINGS):
        position += 2
        row, kind = chance.choice(rows), chance.choice(HELD)
        day, gone = date(YEAR, 1, 1) + timedelta(chance.randint(0, 364)), chance.random() < 0.05
        held[row.id].append((kind, day, gone))
        about = {"subject_id": new_id(), "organisation_id": row.id}
        data = {"meets": [kind], "held_on": day.isoformat()}
        batch.append(Positioned(position, Event(kind="activities.held", data=data, **about)))
        if gone:
            batch.append(Positioned(position + 1, Event(kind="activities.annulled", **about)))
        if len(batch) >= 500:
            apply()
    apply()
    for row in late:
        derive(SYSTEM, organisations=[row.id], on=row.entered_on, registered_on=row.entered_on)

    expected = {(row.id, *at): day for row in rows for at, day in plainly(row, held[row.id]).items()}
    stored = DutyRow.objects.filter(withdrawn="", organisation__in=[row.id for row in rows], period_start__year=YEAR)
    found = {
        (row.organisation_id, row.key, row.period_start): row.met_on
        for row in stored.only("organisation_id", "key", "period_start", "met_on")
    }
    assert found == expected
    assert len(found) > 15_000
    assert sum(day is not None for day in found.values()) > 3_000
    assert sums() == recount()
