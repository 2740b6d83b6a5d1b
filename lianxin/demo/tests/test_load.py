"""One town of the county through the import, and the same people as the bulk load writes them."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from lianxin.bench.asking import ask_over
from lianxin.demo import load_schema
from lianxin.demo.accounts import open_accounts, open_administration, opened_accounts
from lianxin.demo.load import AlreadyInUse, load
from lianxin.demo.load_county import appoint_all, set_up_top
from lianxin.demo.load_import import import_workbook
from lianxin.demo.load_rows import Rows, add_batch, columns, places_of
from lianxin.demo.load_scenes import play
from lianxin.demo.scales import batches
from lianxin.demo.workbooks import MEMBER_COLUMNS, ORGANISATION_COLUMNS, member_row, organisation_row, write_sheet
from lianxin.files.models import Import
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.server import addresses
from lianxin.kernel.time import day_of
from lianxin.members.models import CorrectionRequest, Member, MemberRecord, Post
from lianxin.organisations.models import Organisation, Succession, Unapplied

AT = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = day_of(AT)
TOWN = "370522206"  # 刁口乡, the smallest


@pytest.fixture(scope="module")
def town():
    """The batches of the county's top and of one town."""
    everything = list(batches("county", today=TODAY))
    return [one for one in everything if one.organisation.code == "370522" or one.organisation.code.startswith(TOWN)]


@pytest.fixture
def loaded(db, town, tmp_path):
    """The town, imported by the clerk; the demonstration's actors."""
    names = {one.organisation.code: one.organisation.name for one in town}
    register, roster = tmp_path / "党组织.xlsx", tmp_path / "党员.xlsx"
    write_sheet(
        register,
        "党组织",
        ORGANISATION_COLUMNS,
        [
            organisation_row(n, one.organisation, names.get(one.organisation.parent_code, ""), "")
            for n, one in enumerate(town, 1)
        ],
        today=TODAY,
        sheet="党组织",
    )
    people = [person for one in town for person in one.members]
    rows = (member_row(n, one) for n, one in enumerate(people, 1))
    write_sheet(roster, "党员", MEMBER_COLUMNS, rows, today=TODAY, sheet="党员信息")
    top = set_up_top(at=AT)
    security, clerk = open_administration(top=top, at=AT)
    import_workbook(clerk, "organisations", top, register, at=AT)
    import_workbook(clerk, "members", Organisation.objects.get(code=TOWN), roster, at=AT)
    appoint_all(clerk, [post for one in town for post in one.posts], at=AT)
    return security, clerk


def test_the_import_takes_the_whole_town(loaded, town):
    people = [person for one in town for person in one.members]
    assert Organisation.objects.count() == len(town)
    assert Member.objects.count() == len(people)
    secretary = {post.organisation_code: post.person.name for one in town for post in one.posts if post.post == "书记"}
    led = dict(Organisation.objects.exclude(secretary="").values_list("code", "secretary"))
    assert led == {code: name for code, name in secretary.items() if code in led}
    assert len(led) >= len(town) - 2
    for branch in town:
        full = sum(one.is_full and one.membership_status == "normal" for one in branch.members)
        assert Organisation.objects.get(code=branch.organisation.code).full_members == full


def test_the_bulk_load_writes_what_the_import_wrote(loaded, town):
    rows = Rows()
    places = places_of(one.organisation for one in batches("county", today=TODAY))
    for batch in town:
        add_batch(rows, batch, places, load=new_id(), at=AT)
    names = columns(Member)
    derived = {"id", "organisation_id", "organisation_path", "id_number", "mobile", "landline", "home_address"}
    bulk = {
        bytes(row[names.index("id_number_digest")]): {
            name: bytes(value) if isinstance(value, memoryview | bytes) else value
            for name, value in zip(names, row, strict=True)
            if name not in derived
        }
        for row in rows.waiting[Member]
    }
    told_by_the_import = {"degree", "frontline"}  # not among the twenty columns of the national sheet
    for member in Member.objects.all():
        wanted = bulk[bytes(member.id_number_digest)]
        for name in names:
            if name in derived | told_by_the_import:
                continue
            found = getattr(member, name)
            found = json.dumps(found) if isinstance(found, list) else found
            assert (bytes(found) if isinstance(found, memoryview | bytes) else found) == wanted[name], name
    assert len(bulk) == Member.objects.count()
    kinds = sorted(row[columns(Post).index("kind")] for row in rows.waiting[Post])
    assert kinds == sorted(Post.objects.values_list("kind", flat=True))
    facts = [json.loads(row[columns(MemberRecord).index("facts")]) for row in rows.waiting[MemberRecord]]
    assert {frozenset(one) for one in facts} == {frozenset(one.facts) for one in MemberRecord.objects.all()}


def test_there_is_something_to_do_and_somebody_to_do_it(loaded, tmp_path, settings):
    settings.DEMONSTRATION = True
    play(open_accounts(security=loaded[0], clerk=loaded[1], at=AT), tmp_path, at=AT)
    assert [one.username for one in opened_accounts()] == [
        "clerk",
        "town",
        "secretary",
        "member",
        "viewer",
        "admin",
        "security",
        "audit",
    ]
    assert CorrectionRequest.objects.filter(state="open").count() == 3
    assert Import.objects.get(state=Import.State.CHECKED).errors > 0
    merged = Succession.objects.get()
    assert merged.on.year == TODAY.year - 1
    assert merged.earlier.dissolved_on == merged.on
    assert Unapplied.objects.get().on.year == TODAY.year + 1
    said = []
    note = load(scale="city", say=said.append)
    assert said == ["The demonstration county is loaded already; it was left as it is."]
    assert note.startswith("The demonstration county: ")
    people = dict(line.split(maxsplit=1) for line in note.splitlines()[2:])
    assert list(people) == [one.username for one in opened_accounts()]
    branch = Member.objects.get(account__username="secretary").organisation.short_name
    assert people["secretary"].startswith(f"{branch}书记 ")
    assert people["member"].startswith(f"{branch}党员 ")


def test_every_page_names_the_rows_the_sql_names(loaded):
    open_accounts(security=loaded[0], clerk=loaded[1], at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member")
    connection.ensure_connection()
    answered = list(ask_over(connection.connection, say=lambda _line: None, rounds=1))
    assert [one.key for one in answered if one.differs] == []
    assert all(one.has_page and one.queries < 40 for one in answered)


def test_real_organisations_are_never_mixed_with_the_demonstration(cast, settings):
    settings.DEMONSTRATION = True
    with pytest.raises(AlreadyInUse):
        load(scale="county", say=print)


def test_the_tree_has_the_same_places_every_time():
    first, second = (
        {code: (place.path, place.children) for code, place in places_of(every).items()}
        for every in ([one.organisation for one in batches("county", today=TODAY)] for _time in range(2))
    )
    assert first == second
    assert len({path for path, _children in first.values()}) == len(first)


def test_what_is_taken_off_tables_is_put_back(tmp_path):
    owner = addresses().owner
    with closing(psycopg.connect(owner, autocommit=True)) as connected:
        name = f"{connected.info.dbname}_schema_{new_id().hex}"
        connected.execute(f'CREATE DATABASE "{name}"')
        scratch = make_conninfo(owner, dbname=name)
        try:
            _round_trip(scratch, tmp_path / "rest.json")
        finally:
            connected.execute(f'DROP DATABASE "{name}"')


DEFINED = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2
"""


def _round_trip(url, rest):
    with closing(psycopg.connect(url, autocommit=True)) as scratch:
        scratch.execute("CREATE TABLE above (id int PRIMARY KEY, code text UNIQUE, day daterange)")
        scratch.execute(
            "CREATE TABLE below (id int PRIMARY KEY, above_id int REFERENCES above DEFERRABLE INITIALLY DEFERRED)"
        )
        scratch.execute(
            "ALTER TABLE above ADD CONSTRAINT one_at_a_time EXCLUDE USING gist (day WITH &&) WHERE (id > 0)"
        )
        scratch.execute("CREATE INDEX below_above ON below (above_id, id) WHERE id > 5")
        before = scratch.execute(DEFINED).fetchall()
        taken = load_schema.take_off(url, ["above", "below"], rest, awake=["below"])
        assert taken.resting == ["above"]
        assert len(scratch.execute(DEFINED).fetchall()) < len(before)
        scratch.execute(
            "INSERT INTO above SELECT n, n::text, daterange(current_date + n, current_date + n + 1) "
            "FROM generate_series(1, 50) n"
        )
        load_schema.put_back(url, taken, print)
        assert scratch.execute(DEFINED).fetchall() == before
