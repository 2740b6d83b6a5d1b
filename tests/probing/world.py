"""A county in which every guarded table has rows of every organisation, each with marks that occur nowhere else."""

from __future__ import annotations

import itertools
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.probing.places import LOCATE
from tests.probing.sight import PARENT, PLACES, Hold, Persona, Row, opens, sees
from tests.probing.world_life import APART, plant_life

if TYPE_CHECKING:
    from datetime import datetime

    from lianxin.organisations.models import Organisation
    from tests.cast import Cast

MARK = re.compile(r"zq\d{5}k|12068\d{6}", re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OWNER = {
    "county": "clerk",
    "north": "town_clerk",
    "south": "outsider",
    "willow": "secretary",
    "poplar": "sibling",
    "reed": "far_secretary",
}
IMPORTER = {**OWNER, "willow": "town_clerk", "poplar": "town_clerk", "reed": "outsider"}
ROLES = {
    "clerk": ("org_department", "county"),
    "viewer": ("viewer", "county"),
    "town_clerk": ("committee_clerk", "north"),
    "secretary": ("secretary", "willow"),
    "sibling": ("secretary", "poplar"),
    "outsider": ("committee_clerk", "south"),
    "far_secretary": ("secretary", "reed"),
    "system_admin": ("system_administrator", "county"),
    "security_admin": ("security_administrator", "county"),
    "auditor": ("auditor", "county"),
    "south_system_admin": ("system_administrator", "south"),
    "south_security_admin": ("security_administrator", "south"),
    "south_auditor": ("auditor", "south"),
    "north_viewer": ("viewer", "north"),
}
WITHOUT = ("expired", "revoked", "stranger")
MEMBERS = {"member": ("willow", 0), "colleague": ("willow", 1), "neighbour": ("poplar", 0)}
"""Members without any role: the first takes part in much of what the branch does, the colleague in little."""
NARROWED = {
    "clerk_members": ("clerk", ("members.member:view",)),
    "secretary_organisations": ("secretary", ("organisations.organisation:view",)),
    "town_clerk_disclosure": ("town_clerk", ("disclosure.check:view",)),
}


@dataclass
class World:
    """The cast, the personas, and where every row of a guarded table lies."""

    cast: Cast
    at: datetime
    accounts: dict[str, Any] = field(default_factory=dict)
    personas: dict[str, Persona] = field(default_factory=dict)
    members: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    marked: dict[str, set[Row]] = field(default_factory=lambda: defaultdict(set))
    of_key: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    acts_on: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    """Events by what they happened to: who may read that it happened may read to which key."""
    in_files: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Marks that stand in the content of a file alone, with the row the file belongs to."""
    inside: set[str] = field(default_factory=set)
    """Marks of organisations that are more than their name: those above are named, no more."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def mark(self) -> str:
        return f"ZQ{next(self.numbers):05d}K"

    def owner(self, key: str) -> str:
        """The name of the account whose the rows of a place are."""
        return OWNER[key]

    def mobile(self) -> str:
        return f"12068{next(self.numbers):06d}"

    def place(self, key: str) -> Organisation:
        return getattr(self.cast, key)

    def of(self, table: str, place: str = "") -> list[Row]:
        return [row for row in self.rows.values() if row.table == table and (not place or row.place == place)]

    def shows(self, one: Persona, mark: str, *, net: bool = False) -> bool:
        """Whether a mark may appear in front of somebody: one of the rows that hold it may be seen."""
        # Row security lets the whole row of an organisation above through; that it is only named is the screens' doing.
        sight = opens if mark in self.inside and not net else sees
        rows = self.marked.get(mark.upper(), ())
        if net and any(row.table == "kernel_account" for row in rows):
            return True  # a table that is open to the database; its list is the screens' filter alone
        return any(sight(one, row, net=net) for row in rows)

    def locate(self) -> None:
        """Read every guarded row back: whose it is, and which marks it holds."""
        from django.db import connection  # noqa: PLC0415 - after the app registry

        self.rows.clear()
        self.of_key.clear()
        keys = {self.place(key).path: key for key in PLACES}
        with connection.cursor() as cursor:
            for table, query in LOCATE.items():
                cursor.execute(query)
                for pk, path, accounts, member, kind, text, also, named, owners in cursor.fetchall():
                    places = frozenset(keys[one] for one in also or () if one in keys)
                    row = Row(
                        table, str(pk), keys.get(path or "", ""), _texts(accounts), str(member or ""), kind or "",
                        places, _texts(named), _texts(owners),
                    )  # fmt: skip
                    self.rows[table, row.pk] = row
                    self.of_key[row.pk].append(row)
                    if table == "kernel_event":
                        self.acts_on[row.member].append(row)
                    if table == "activities_party":  # who sees that two act together may read the keys of both
                        for one in filter(None, (row.place, *row.also)):
                            self.acts_on[str(self.place(one).pk)].append(row)
                    for mark in MARK.findall(text):
                        self.marked[mark.upper()].add(row)
        for mark, key in self.in_files.items():
            self.marked[mark].add(self.rows[key])


def _texts(keys: Any) -> frozenset[str]:
    return frozenset(str(one) for one in keys or () if one)


def build(cast: Cast, *, at: datetime, size: int = 1) -> World:
    """Plant `size` rows of each kind in each organisation; run in the scope of the product."""
    from lianxin.organisations.models import Grant  # noqa: PLC0415 - after the app registry

    world = World(cast, at)
    _people(world, Grant)
    for key in PLACES:
        _organisation(world, key)
    for key in PLACES:
        for number in range(size + 2):
            _members(world, key, number)
        for _number in range(size):
            _files(world, key)
            _disclosure(world, key)
        _own(world, key, size)
    _members_with_accounts(world)
    for key in PLACES:
        for turn in range(size):
            plant_life(world, key, turn)
    _personas(world)
    world.locate()
    return world


def _people(world: World, grants: Any) -> None:
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - after the app registry
    from tests.api.conftest import make_token  # noqa: PLC0415 - the same
    from tests.cast import FOUNDED, PASSWORD  # noqa: PLC0415 - the same

    for name, (role, place) in ROLES.items():
        if hasattr(world.cast, name):
            world.accounts[name] = getattr(world.cast, name)
            continue
        world.accounts[name] = Account.objects.create_account(name, PASSWORD, name=name)
        given = {"valid_from": FOUNDED, "reason": "tests", "organisation": world.place(place)}
        grants.objects.create(account=world.accounts[name], role=role, **given)
    for name in WITHOUT:
        world.accounts[name] = getattr(world.cast, name)
    for name in MEMBERS:
        world.accounts[name] = Account.objects.create_account(name, PASSWORD, name=name)
    for name in (*ROLES, *WITHOUT, *MEMBERS):
        world.tokens[name] = make_token(world.accounts[name])[1]
    for name, (whose, only) in NARROWED.items():
        world.tokens[name] = make_token(world.accounts[whose], list(only))[1]


def _organisation(world: World, key: str) -> None:
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - after the app registry
    from lianxin.kernel.models import DailyActs  # noqa: PLC0415 - the same
    from lianxin.organisations import models  # noqa: PLC0415 - the same
    from lianxin.organisations.pieces import pieces_of  # noqa: PLC0415 - the same

    place = world.place(key)
    name, contact, unit = world.mark(), world.mark(), world.mark()
    world.inside |= {contact, unit}
    place.name, place.short_name = f"{place.name}{name}", f"{place.short_name}{name}"
    place.pinyin, place.initials = f"zhibu{name.lower()}", name.lower()
    place.grams = sorted({*pieces_of(place.name), *pieces_of(place.short_name), *pieces_of(place.initials)})
    place.contact, place.unit_name, place.instructor, place.external_code = contact, unit, contact, unit
    place.division_code = "370522101201"
    models.Organisation.objects.filter(id=place.id).update(
        **{
            one: getattr(place, one)
            for one in (
                "name", "short_name", "pinyin", "initials", "grams",
                "contact", "unit_name", "instructor", "external_code", "division_code",
            )
        }
    )  # fmt: skip
    models.OrganisationVersion.objects.filter(organisation=place).update(
        name=place.name, short_name=place.short_name, reason=world.mark()
    )
    models.Term.objects.create(
        organisation=place, starts_on=date(2024, 1, 1), due_on=date(2027, 1, 1), election=world.mark(),
        document_no=world.mark(), number=7,
    )  # fmt: skip
    models.Organisation.objects.filter(id=place.id).update(term_ends_on=date(2027, 1, 1))
    models.Unapplied.objects.create(organisation=place, on=date(2099, 1, 1))
    _local_values(world, place)
    models.Succession.objects.create(
        earlier=place, later=place, kind="split", on=date(2020, 1, 1), event_id=uuid.uuid4()
    )
    holder = Account.objects.create_account(f"holder-{key}", None, name=world.mark())
    other = Account.objects.create_account(f"asker-{key}", None, name=world.mark())
    given = {"role": "viewer", "organisation": place, "valid_from": date(2020, 1, 1)}
    models.Grant.objects.create(account=holder, reason=world.mark(), **given)
    models.GrantRequest.objects.create(
        account=holder, reason=world.mark(), **{**given, "role": "committee_clerk"},
        asked_by=other.id, asked_at=world.at, expires_at=world.at + timedelta(days=5),
    )  # fmt: skip
    models.Grant.objects.create(account=other, reason=world.mark(), **given)
    _event(world, place, "organisations.renamed", holder.id, place.id)
    DailyActs.objects.create(day=date(2026, 1, 1), organisation_path=place.path, kind="organisations.renamed", acts=3)


def _local_values(world: World, place: Organisation) -> None:
    """One in force and one planned; what is set holds below and is read there."""
    from lianxin.organisations.models import LocalValue  # noqa: PLC0415 - after the app registry

    rule, since, until = "organisation_life.party_lecture.interval_months", date(2020, 1, 1), date(2099, 1, 1)
    given = {"organisation": place, "rule": rule, "value": 3, "set_at": world.at}
    LocalValue.objects.create(document_no=world.mark(), valid_from=since, ends_on=until, **given)
    LocalValue.objects.create(document_no=world.mark(), valid_from=until, **given)


def _event(world: World, place: Organisation, kind: str, by: uuid.UUID, subject: uuid.UUID) -> None:
    from lianxin.kernel.models import Event  # noqa: PLC0415 - after the app registry

    Event.objects.create(
        at=world.at, kind=kind, actor_id=by, actor_name=world.mark(), organisation_id=place.id,
        organisation_path=place.path, subject_id=subject, reason=world.mark(), document_no=world.mark(),
    )  # fmt: skip


def _members(world: World, key: str, number: int) -> None:
    from lianxin.kernel.authz import Actor  # noqa: PLC0415 - after the app registry
    from lianxin.members import models  # noqa: PLC0415 - the same
    from lianxin.members.actions.adding import add  # noqa: PLC0415 - the same

    place, name, mobile = world.place(key), world.mark(), world.mobile()
    facts = {
        "name": name, "sex": "1", "ethnic_group": "01", "birth_date": "1975-03-21", "joined_on": "1998-07-01",
        "converted_on": "1999-07-01", "mobile": mobile, "workplace": world.mark(), "remarks": world.mark(),
    }  # fmt: skip
    member = add(Actor.system("probing"), organisation=place.id, facts=facts, since=date(2020, 1, 1), at=world.at)
    _event(world, place, "members.corrected", world.accounts[OWNER[key]].id, member.id)
    world.members[key].append(member)
    row = Row("members_member", str(member.pk), key, member=str(member.pk))
    world.marked[mobile].add(row)
    later = world.at + timedelta(days=9)
    models.ClaimCode.objects.create(member=member, code_digest=b"x" * 32, issued_at=world.at, expires_at=later)
    models.Unapplied.objects.create(member=member, on=date(2099, 1, 1))
    models.Post.objects.create(
        organisation=place, member=member, kind="secretary" if number == 0 else "committee_member",
        since=date(2021, 1, 1), document_no=world.mark(),
    )  # fmt: skip
    told = {"member": member, "organisation_path": place.path, "asked_at": world.at}
    models.CorrectionRequest.objects.create(**told, field="name", wanted=world.mark(), reason=world.mark())
    models.RightsRequest.objects.create(
        **told, kind="restrict", field="landline", reason=world.mark(), due_on=date(2099, 1, 1)
    )
    models.Consent.objects.create(
        member=member, organisation_path=place.path, text="photo", version="1", digest=sha256(b"x").hexdigest(),
        given_at=world.at, given_by=world.mark(), is_paper=True, signed_on=date(2026, 1, 1), document_no=world.mark(),
    )  # fmt: skip


def _files(world: World, key: str) -> None:
    from lianxin.files import models  # noqa: PLC0415 - after the app registry
    from lianxin.files.storage import store  # noqa: PLC0415 - the same

    place, by = world.place(key), world.accounts[IMPORTER[key]]
    table = {"sheet": world.mark(), "headers": [], "rows": 1, "included": True}
    file = store(f"{world.mark()}.xlsx", [world.mark().encode()], by=by.id, at=world.at)
    run = models.Import.objects.create(
        kind="members", organisation=place, file=file, account=by, state="checked", sentence=world.mark(),
        tables=[table], rows=1, to_add=1, created_at=world.at,
    )  # fmt: skip
    models.ImportProgress.objects.create(run=run, done=1, total=1)
    models.ImportFinding.objects.create(
        run=run, sheet=table["sheet"], row=2, label=world.mark(), deed="add", changes={"name": ["", world.mark()]}
    )
    models.ImportCorrection.objects.create(run=run, sheet=world.mark(), row=2, column="name", value=world.mark())
    owner = world.accounts[OWNER[key]]
    content = world.mark()
    file = store(f"{world.mark()}.csv", [content.encode()], by=owner.id, at=world.at)
    export = models.Export.objects.create(
        source="members", query=f"q={world.mark()}", format="csv", reason=world.mark(), account=owner, file=file,
        state="ready", rows=1, asked_at=world.at,
    )  # fmt: skip
    world.marked[content].add(
        Row("files_export", str(export.pk), accounts=frozenset({str(owner.id)}))  # only in the file
    )


def _disclosure(world: World, key: str) -> None:
    from lianxin.disclosure import models  # noqa: PLC0415 - after the app registry
    from lianxin.disclosure.actions.handing_in import text_content  # noqa: PLC0415 - the same
    from lianxin.disclosure.storage import MASKED, ORIGINAL, kept  # noqa: PLC0415 - the same

    place, owner = world.place(key), world.accounts[OWNER[key]]
    title, text = world.mark(), world.mark()
    content = text_content(title, text)
    check = models.Check.objects.create(
        organisation=place, organisation_path=place.path, account=owner, kind="text", title=title, size=len(content),
        sha256=sha256(content).hexdigest(), state="blocked", found=1, created_at=world.at, checked_at=world.at,
        findings=[{"kind": "phone", "masked": world.mark(), "sure": True, "place": ["line", 1]}],
        masked_sha256=sha256(content).hexdigest(), masked_size=len(content), masked_is_clear=True,
    )  # fmt: skip
    with kept() as keep:
        keep(check.pk, ORIGINAL, content)
        keep(check.pk, MASKED, content)
    world.marked[text].add(Row("disclosure_check", str(check.pk), key))
    models.Override.objects.create(
        check_of=check, organisation=place, organisation_path=place.path, sha256=check.sha256, reason=world.mark(),
        asked_by=owner, asked_at=world.at,
    )  # fmt: skip


def _own(world: World, key: str, size: int) -> None:
    from lianxin.api.models import KeptAnswer, Token  # noqa: PLC0415 - after the app registry
    from lianxin.files.models import ColumnChoice  # noqa: PLC0415 - the same
    from lianxin.members.models import RevealCount  # noqa: PLC0415 - the same

    owner = world.accounts[OWNER[key]]
    for number in range(size):
        RevealCount.objects.create(account_id=owner.id, on=world.at.date() + timedelta(days=number), count=number)
        ColumnChoice.objects.create(
            account=owner, kind="members", header=world.mark(), column="name", chosen_at=world.at
        )
        token = Token.objects.create(
            account=owner, name=world.mark(), digest=uuid.uuid4().bytes, tail="abcd", permissions=[],
            created_at=world.at, expires_at=world.at + timedelta(days=3),
        )  # fmt: skip
        KeptAnswer.objects.create(
            token=token, key=world.mark(), request_digest=b"x", status=200, body=world.mark().encode(), at=world.at
        )


def _members_with_accounts(world: World) -> None:
    from lianxin.members.models import Member  # noqa: PLC0415 - after the app registry

    for name, (place, number) in MEMBERS.items():
        account, member = world.accounts[name], world.members[place][number]
        Member.objects.filter(id=member.pk).update(account=account)
        account.member_id = member.pk
        account.save()


def _personas(world: World) -> None:
    def account(name: str) -> str:
        return str(world.accounts[name].id)

    for name, (role, place) in ROLES.items():
        world.personas[name] = Persona(name, (Hold(role, place),), place, account(name))
    for name in WITHOUT:
        world.personas[name] = Persona(name, account=account(name))
    for name, (place, _number) in MEMBERS.items():
        member = str(world.accounts[name].member_id)
        world.personas[name] = Persona(name, home=place, account=account(name), member=member, member_at=place)
    for name, (whose, only) in NARROWED.items():
        held = world.personas[whose]
        world.personas[name] = Persona(name, held.holds, held.home, held.account, only=only)
    world.personas["anonymous"] = Persona("anonymous")


def plant_unseen(world: World, one: Persona) -> None:
    """Further rows in every organisation that somebody does not see: nothing they see may differ afterwards."""
    for key in PARENT:
        if not any(held.covers(key) for held in one.holds) and key != one.member_at:
            _members(world, key, 1)
            _files_of_others(world, key, one)
            if OWNER[key] != one.name:
                _disclosure(world, key)
                plant_life(world, key, APART, apart=True)


def _files_of_others(world: World, key: str, one: Persona) -> None:
    theirs = {str(world.accounts[name].id) for name in (OWNER[key], IMPORTER[key])}
    if one.account not in theirs:
        _files(world, key)
