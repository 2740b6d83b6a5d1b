"""The database holds nothing that joins who handed in a sheet with what it says.

The test is not that one table lacks a column, but that two histories which differ only in who wrote which sheet leave
the same database behind: every table, the event log, the keys, and which rows one transaction wrote.
"""

import json
from uuid import UUID

import pytest
from django.db import connection, transaction

from lianxin.appraisals.actions.counting import count_sheets
from lianxin.appraisals.actions.sheets import PADDED_TO, opened_box
from lianxin.appraisals.models import Box, Opinion, Tally, Turnout
from lianxin.kernel.authz import acting
from lianxin.kernel.db.scope import Scope, scoped
from lianxin.kernel.errors import Conflict
from lianxin.kernel.models import Event


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def everything():
    """Every row of every table as text, the sealed boxes opened; without system columns."""
    found = {}
    with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
        for table in tables():
            if table == "appraisals_box":
                found[table] = [
                    (str(box.pk), box.step, json.dumps(opened_box(box), sort_keys=True))
                    for box in Box.objects.order_by("pk")
                ]
                continue
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 - names from the catalogue
            found[table] = [text for (text,) in cursor.fetchall()]
    return found


def after(*acts):
    """What the database holds after the acts, which are then undone."""
    with transaction.atomic():
        before = transaction.savepoint()
        for act in acts:
            act()
        found = everything()
        transaction.savepoint_rollback(before)
    return found


def test_who_wrote_which_sheet_leaves_no_trace(people, vote):
    wang, li = people[0], people[1]
    one = after(lambda: vote(wang, "excellent", step="mass"), lambda: vote(li, "unqualified", step="mass"))
    other = after(lambda: vote(wang, "unqualified", step="mass"), lambda: vote(li, "excellent", step="mass"))
    # Nobody grades themselves, so the two who swap sheets are left out of the sums that must be equal.
    mine = {str(p) for p in _keys_of(one, people[:2])}

    def without(found):
        return {
            **found,
            "appraisals_box": [
                (key, step, {who: sums for who, sums in json.loads(text)["grades"].items() if who not in mine})
                for key, step, text in found["appraisals_box"]
            ],
        }

    assert without(one) == without(other)


def _keys_of(found, people):
    names = {one.member.name for one in people}
    for row in found["appraisals_participant"]:
        if any(name in row for name in names):
            yield row.lstrip("(").split(",")[0]


def test_the_order_of_handing_in_leaves_no_trace(people, vote):
    acts = [
        lambda person=person, text=text: vote(person, step="mutual", opinion=text)
        for person, text in zip(people[:3], "甲乙丙", strict=True)
    ]
    assert after(*acts) == after(*reversed(acts))


def test_handing_in_writes_two_rows_that_everybody_shares(held, people, vote):
    with scoped(Scope.EVERYTHING):
        before = {table: set(rows) for table, rows in everything().items()}
        events = Event.objects.count()
        vote(people[0], "unqualified", step="mutual", opinion="请多参加学习。")
        changed = {table for table, rows in everything().items() if set(rows) != before[table]}
        assert changed == {"appraisals_turnout", "appraisals_box"}
        assert Event.objects.count() == events
        assert Turnout.objects.filter(round=held).count() == 2
        assert Box.objects.filter(round=held).count() == 2


def test_the_transaction_that_took_a_sheet_in_wrote_no_row_of_a_single_sheet(held, people, vote):
    """By xmin: the rows a voter's transaction left are the shared ones, and the next voter overwrites both."""
    written = []
    for person in people[:3]:
        vote(person, "qualified", step="mass")
        with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
            rows = {}
            for table in tables():
                cursor.execute(f'SELECT xmin::text, count(*) FROM "{table}" t GROUP BY 1')  # noqa: S608 - the same
                for xmin, number in cursor.fetchall():
                    rows.setdefault(xmin, {})[table] = number
            cursor.execute("SELECT xmin::text FROM appraisals_turnout WHERE step = 'mass'")
            (last,) = cursor.fetchone()
            cursor.execute("SELECT xmin::text FROM appraisals_box WHERE step = 'mass'")
            assert cursor.fetchone() == (last,)
        assert rows[last] == {"appraisals_turnout": 1, "appraisals_box": 1}
        assert not any(earlier in rows for earlier in written)  # nothing is left of the transactions before
        written.append(last)


def test_the_box_is_sealed_and_its_length_tells_nothing(held, people, vote):
    with scoped(Scope.EVERYTHING):
        vote(people[0], "unqualified", step="mutual", opinion="一" * 10)
        one = bytes(Box.objects.get(round=held, step="mutual").contents.blob)
        vote(people[1], "excellent", step="mutual", opinion="二" * 300)
        two = bytes(Box.objects.get(round=held, step="mutual").contents.blob)
        assert "一".encode() not in one
        assert b"unqualified" not in one
        assert len(one) == len(two) > PADDED_TO


def test_turnout_and_box_are_open_to_nobody(cast, held, people, vote):
    vote(people[0], step="mass")
    for actor in (cast.actor("secretary"), cast.actor("clerk"), cast.actor("auditor"), people[0].actor):
        with acting(actor):
            assert not Turnout.objects.exists()
            assert not Box.objects.exists()


def test_a_second_sheet_of_the_same_person_is_refused_and_changes_nothing(people, vote):
    vote(people[0], "qualified", step="mass")
    before = everything()
    with pytest.raises(Conflict, match=r"cannot be changed|不能"):
        vote(people[0], "excellent", step="mass")
    assert everything() == before


def test_few_sheets_leave_no_result_behind(cast, held, people, vote, at):
    for person in people[:4]:
        vote(person, "unqualified", step="mutual", opinion="意见")
    for person in people[:5]:
        vote(person, "qualified", step="mass")
    with acting(cast.actor("secretary")):
        count_sheets(cast.actor("secretary"), round_id=held.pk, at=at)
    assert set(Tally.objects.values_list("step", flat=True)) == {"mass"}
    assert not Opinion.objects.exists()
    with scoped(Scope.EVERYTHING):
        assert all(box.contents is None for box in Box.objects.all())


def test_what_is_kept_of_a_member_rests_on_enough_sheets_of_others(cast, held, people, vote, at):
    """Of exactly enough sheets nothing stands about those who wrote one: each rests on one sheet less."""
    for person in people[:5]:
        vote(person, "qualified", step="mutual", opinion="意见")
    with acting(cast.actor("secretary")):
        count_sheets(cast.actor("secretary"), round_id=held.pk, at=at)
    assert held.least_sheets == 5
    assert set(Tally.objects.values_list("participant__member", flat=True)) == {people[5].member.pk}
    assert set(Opinion.objects.values_list("participant__member", flat=True)) == {people[5].member.pk}
    assert Opinion.objects.count() == 5


def test_opinions_have_random_keys_and_no_author(cast, held, people, vote, at):
    for number, person in enumerate(people):
        vote(person, step="mutual", opinion=f"意见{number}")
    with acting(cast.actor("secretary")):
        count_sheets(cast.actor("secretary"), round_id=held.pk, at=at)
    assert Opinion.objects.count() == 30
    assert {UUID(str(one)).version for one in Opinion.objects.values_list("pk", flat=True)} == {4}
    fields = {field.name for field in Opinion._meta.get_fields()}
    assert fields == {"id", "round", "organisation_path", "participant", "text"}
