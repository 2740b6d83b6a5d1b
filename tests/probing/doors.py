"""Every door of the product, read from its addresses and from the OpenAPI document, and what to put into it."""

from __future__ import annotations

import random
import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.probing.sight import PLACES, Persona, Row, opens
from tests.probing.world import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.probing.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
TABLE = {
    "organisation": "organisations_organisation",
    "term": "organisations_term",
    "local_value": "organisations_local_value",
    "grant": "organisations_grant",
    "grant_request": "organisations_grant_request",
    "member": "members_member",
    "correction": "members_correction",
    "request_id": "members_rights_request",
    "post": "members_post",
    "import_id": "files_import",
    "export_id": "files_export",
    "check": "disclosure_check",
    "override": "disclosure_override",
    "event": "kernel_event",
    "token": "api_token",
    "account": "kernel_account",
    "branch": "organisations_organisation",
    "activity": "activities_activity",
    "participant": "activities_participant",
    "room": "activities_room",
    "booking": "activities_room_booking",
    "group": "activities_group",
    "excuse": "activities_excuse",
    "alliance": "activities_alliance",
    "party": "activities_alliance_party",
    "vote": "activities_vote",
    "resolution": "activities_resolution",
    "message": "messaging_message",
    "notice": "messaging_notice",
    "device": "messaging_push_subscription",
    "talk_year": "preparations_talk_year",
    "talk": "preparations_talk",
    "rectification": "preparations_rectification",
    "examination": "preparations_examination",
    "preparation": "preparations_preparation",
    "round_id": "appraisals_round",
    "outcome": "appraisals_outcome",
    "layout": "ledgers_layout",
    "form": "ledgers_form",
    "reply": "ledgers_reply",
    "template": "activities_template",
}
"""Arguments that name a row; a new one is added here, or no door can be tried (test_doors says so)."""
TABLE_AT = {
    ("work/activities/alliances/", "item"): "activities_alliance_item",
    ("", "item"): "activities_minutes_item",
    ("work/appraisals/", "participant"): "appraisals_participant",
    ("work/ledgers/", "file"): "ledgers_question",
    ("", "file"): "activities_file",
}
"""The same for arguments that name rows of different tables at different addresses; the first that fits."""
WORDS = {
    "field": ("mobile", "id_number", "home_address", "name"),
    "text": ("photo", "publicity", "unknown"),
    "act": ("suspend", "restore", "exit", "convert", "deactivate", "unlock", "reset-password"),
    "kind": ("members", "organisations", "posts", "docx", "xlsx"),
    "source": ("members", "organisations", "organisations.list", "members.roster", "unknown"),
    "shell": ("workbench", "portal"),
    "rule_id": ("term-branch", "unknown"),
    "rule": ("organisation_life.party_lecture.interval_months", "unknown"),
    "session": ("1", "2", "3"),
    "pk": ("1", "2"),
    "number": ("1", "2"),
    "step": ("mutual", "mass", "unknown"),
    "what": ("study", "opinion", "criticism", "rectification", "examination", "unknown"),
    "key": ("meetings", "members", "attendance", "study", "general_meeting", "unknown"),
    "secret": ("unknown",),
    "code": ("unknown", "23456789ABCDEFGHJKLM"),
}
IDS = {
    "organisation": "organisation", "to": "organisation", "parent": "organisation", "into": "organisation",
    "others": "organisation", "children": "organisation", "earlier": "organisation", "below": "organisation",
    "member": "member", "selected": "member", "members": "member", "account": "account", "before": "event",
    "subject": "member", "actor": "account",
    "chair": "member", "recorder": "member", "leader": "member", "owner": "member", "readers": "member",
    "counter_one": "member", "counter_two": "member", "of": "member", "first": "member", "parties": "organisation",
    "party": "organisation",
    "picked": "organisation", "partner": "organisation", "branch": "organisation", "activity": "activity",
    "room": "room", "group": "group", "alliance": "alliance", "observer": "member", "participants": "participant",
    "participant": "participant", "authors": "member", "second": "member", "told_by": "member", "template": "template",
    "partners": "organisation", "node": "organisation",
}  # fmt: skip
"""Fields of forms, bodies and addresses that name a row."""
PLAIN = {
    "name": "柳树村新党支部",
    "short_name": "新党支部",
    "title": "公示",
    "text": "公示内容",
    "org_type": "branch",
    "effective_on": "2026-10-01",
    "document_no": "利组发〔2026〕9号",
    "reason": "工作需要",
    "confirmed": "on",
    "since": "2026-10-01",
    "starts_on": "2026-10-01",
    "due_on": "2029-10-01",
    "on": "2026-10-01",
    "number": "8",
    "election": "大会选举",
    "valid_from": "2026-10-01",
    "valid_until": "2027-10-01",
    "below": "on",
    "role": "viewer",
    "ends_at": "2026-11-30T12:00",
    "sent": "1",
    "format": "csv",
    "layout": "screen",
    "personal": "on",
    "kind": "members",
    "field": "mobile",
    "wanted": "12000000001",
    "value": "12000000001",
    "mobile": "12000000001",
    "version": "1",
    "decision": "accept",
    "answer": "同意",
    "days": "7",
    "override": "consent",
    "signed_on": "2026-01-01",
    "post": "secretary",
    "exit_type": "",
    "sex": "1",
    "ethnic_group": "01",
    "birth_date": "1975-03-21",
    "joined_on": "1998-07-01",
    "converted_on": "1999-07-01",
    "code": "",
    "unit_count": "1",
    "username": "probing.new",
    "phone": "",
    "password": "x",
    "login": "clerk",
    "permissions": "members.member:view",
    "last_day": "2026-12-31",
    "clear": "yes",
    "mode": "dark",
    "language": "en",
    "next": "/",
    "digest": "x",
    "again": "x",
    "leave_out": "2",
    "status": "suspended",
    "column": "name",
    "education": "61",
    "work_post": "1",
    "workplace": "某村",
    "withdraw-reason": "发错了",
    "replace-title": "更正",
    "replace-text": "更正内容",
    "audience": "members",
    "kinds": "general_meeting",
    "asked": "",
    "must_read_by": "2026-12-01",
    "seen": "1",
    "date": "2026-12-01",
    "begins": "2026-12-01T09:00",
    "ends": "2026-12-01T10:00",
    "minutes": "10",
    "place": "党群服务中心",
    "late_after": "10",
    "online_link": "https://meeting.example/1",
    "every_months": "1",
    "until": "2026-12-31",
    "seats": "20",
    "equipment": "投影仪",
    "address": "村委会",
    "is_shared": "on",
    "purpose": "study",
    "ground": "illness",
    "attendance": "present",
    "act": "save",
    "give": "yes",
    "coming": "yes",
    "which": "1",
    "then": "",
    "what": "学习党章",
    "done_on": "2026-10-01",
    "outcome": "已完成",
    "note": "已落实",
    "question": "是否同意",
    "method": "hands",
    "eligible": "3",
    "in_favour": "2",
    "against": "0",
    "abstained": "0",
    "invalid": "0",
    "written_in_favour": "0",
    "speaker": "支部书记",
    "topic": "对照检查",
    "planned_on": "2026-12-20",
    "studied_on": "2026-10-01",
    "talked_on": "2026-10-01",
    "about": "作风",
    "source": "members",
    "problem": "学习不够",
    "measure": "每月学习",
    "evidence": "已学习",
    "signed": "on",
    "by": "张三",
    "year": "2026",
    "as_of": "2026-11-01",
    "least_sheets": "3",
    "minutes_reference": "会议记录1号",
    "decided_by": "committee",
    "decided_on": "2026-11-01",
    "counted_on": "2026-11-01",
    "handed_out": "3",
    "returned": "3",
    "first_counter": "甲",
    "second_counter": "乙",
    "objection": "不同意",
    "way": "message",
    "period": "2026",
    "email": "probing@example.com",
    "month": "2026-11",
    "show": "all",
    "from": "2026-01-01",
    "time": "year",
    "key": "general_meeting",
}
ONES_OWN = ("account/second-factor/", "account/login/", "account/confirm/")
"""Doors to one's own account with secrets made anew for each answer; they know no rows, so there is no twin."""


@dataclass(frozen=True)
class Door:
    """One address with its arguments; a REST operation is a door with one method and its schema."""

    key: str
    pattern: str
    arguments: tuple[str, ...]
    methods: tuple[str, ...] = METHODS
    schema: Any = field(default=None, compare=False)
    query: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        return self.pattern.startswith("api/v1/")


def screens() -> Iterator[Door]:
    """Every address the resolver knows, apart from REST."""
    from django.urls import URLResolver, get_resolver  # noqa: PLC0415 - after the app registry

    def walk(resolver: Any, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, prefix + str(entry.pattern))
            else:
                yield prefix + str(entry.pattern)

    for pattern in dict.fromkeys(walk(get_resolver(), "")):
        names = tuple(name for _kind, name in ARGUMENT.findall(pattern))
        methods = METHODS
        yield Door(f"/{pattern}", pattern, names, methods)


def operations() -> Iterator[Door]:
    """Every operation of the OpenAPI document."""
    from lianxin.api.service import api  # noqa: PLC0415 - after the app registry

    document = api.get_openapi_schema()
    for path, ways in document["paths"].items():
        for method, one in ways.items():
            pattern = re.sub(r"\{(\w+)\}", r"<uuid:\1>", path.lstrip("/"))
            names = tuple(name for _kind, name in ARGUMENT.findall(pattern))
            content = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            query = tuple(p["name"] for p in one["parameters"] if p["in"] == "query")
            schemas = document["components"]["schemas"]
            yield Door(f"{method.upper()} {path}", pattern, names, (method.upper(),), (content, schemas), query)


def doors() -> list[Door]:
    return [*screens(), *operations()]


@dataclass(frozen=True)
class Probe:
    """One question: who asks what at which door, about which foreign rows; `twin`: the same about rows that are not."""

    persona: str
    door: str
    method: str
    relation: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    sent: tuple[str, ...]
    """Everything in it that names a row: ids and marks. What comes back of it is an echo, not a leak."""
    foreign: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()

    def twin(self) -> Probe | None:
        """The same with each foreign id and mark replaced by one that does not exist; None where nothing is foreign."""
        if not self.foreign:
            return None
        changed = {one: absent_for(one) for one in self.foreign}

        def put(value: Any) -> Any:
            if isinstance(value, str):
                for one, other in changed.items():
                    value = value.replace(one, other)
                return value
            if isinstance(value, dict):
                return {key: put(inner) for key, inner in value.items()}
            return [put(inner) for inner in value] if isinstance(value, list) else value

        query = tuple((key, put(value)) for key, value in self.query)
        sent = tuple(changed.get(one, one) for one in self.sent)
        return Probe(
            self.persona, self.door, self.method, self.relation, put(self.path), query, put(self.body), sent, (),
            self.headers,
        )  # fmt: skip


def table_of(name: str, pattern: str) -> str:
    """The table of the row that an argument of an address names; empty where it names none."""
    fits = [table for (start, argument), table in TABLE_AT.items() if argument == name and pattern.startswith(start)]
    return fits[0] if fits else TABLE.get(name, "")


def absent_for(value: str) -> str:
    """An id or mark of the same look that nothing has; the same for the same.

    Ids are ordered by time, and a page of what came before one differs with its place: the absent one stands beside it.
    """
    if UUID.fullmatch(value):
        return value[:-6] + uuid.uuid5(uuid.NAMESPACE_OID, value).hex[-6:]
    if value.isdecimal():
        return f"12069{value[5:]}"
    return f"ZQ{99999 - int(value[2:7]):05d}K"


@dataclass
class Draw:
    """Draws a probe of a cell (persona, door, method, relation) from a seed."""

    world: World
    by_key: dict[str, Door]
    relations: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)

    def row(self, chance: random.Random, table: str, place: str) -> Row:
        key = (table, place)
        if key not in self.rows:
            found = self.world.of(table, place)
            if not found and place:
                owner = str(self.world.accounts[_owner(place)].id)
                found = [row for row in self.world.of(table) if owner in row.accounts]
            self.rows[key] = found or self.world.of(table)
        return chance.choice(self.rows[key])

    def mark(self, chance: random.Random, place: str) -> str:
        if place not in self.marks:
            self.marks[place] = sorted(
                mark for mark, rows in self.world.marked.items() if any(row.place == place for row in rows)
            )
        return chance.choice(self.marks[place])

    def draw(self, one: Persona, door: Door, method: str, relation: str, seed: int) -> Probe:
        chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
        places = [place for place in PLACES if one.relation_to(place) == relation] or list(PLACES)
        place = chance.choice(places)
        given = _Given(self, one, chance, place, door.pattern)
        path = "/" + ARGUMENT.sub(lambda found: given.argument(found[2]), door.pattern)
        query: list[tuple[str, str]] = []
        if method in {"GET", "HEAD"} or chance.random() < 0.2:
            query = given.query(door)
        body: Any = None
        if method in {"POST", "PUT", "PATCH"}:
            body = given.document(door) if door.is_rest else given.form()
        headers = [("If-Match", '"1"')] if door.is_rest and chance.random() < 0.7 else []
        if not door.is_rest and chance.random() < 0.2:
            headers.append(("HX-Request", "true"))
        foreign: tuple[str, ...] = ()
        if not door.pattern.startswith(ONES_OWN):
            foreign = tuple(dict.fromkeys(value for value in given.sent if given.is_foreign(value)))
        return Probe(
            one.name, door.key, method, relation, path, tuple(query), body, tuple(dict.fromkeys(given.sent)), foreign,
            tuple(headers),
        )  # fmt: skip


def _owner(place: str) -> str:
    from tests.probing.world import OWNER  # noqa: PLC0415 - beside its use

    return OWNER[place]


class _Given:
    """What one probe puts into a door, remembering everything that names a row."""

    def __init__(self, draw: Draw, one: Persona, chance: random.Random, place: str, pattern: str) -> None:
        self.draw, self.one, self.chance, self.place, self.pattern = draw, one, chance, place, pattern
        self.sent: list[str] = []
        self.targets: dict[str, Row] = {}

    def is_foreign(self, value: str) -> bool:
        if value in self.targets:
            return not opens(self.one, self.targets[value])
        return not self.draw.world.shows(self.one, value)

    def id_of(self, name: str, place: str) -> str:
        table = table_of(name, self.pattern)
        if self.chance.random() < 0.06:
            table = self.chance.choice([other for other in TABLE.values() if other != table])
        row = self.draw.row(self.chance, table, place)
        self.targets[row.pk] = row
        self.sent.append(row.pk)
        return row.pk

    def argument(self, name: str) -> str:
        if table_of(name, self.pattern):
            home = self.one.home or self.one.member_at
            own = bool(home) and self.chance.random() < 0.15
            return self.id_of(name, home if own else self.place)
        return self.chance.choice(WORDS.get(name, ("unknown",)))

    def value(self, name: str) -> str:
        if name in IDS and name != "below":
            return self.id_of(IDS[name], self.place)
        if name in {"q", "name"} and self.chance.random() < 0.8:
            mark = self.draw.mark(self.chance, self.place)
            self.sent.append(mark)
            return mark
        return PLAIN.get(name, "1")

    def query(self, door: Door) -> list[tuple[str, str]]:
        from lianxin.kernel.web.listing import encode_cursor  # noqa: PLC0415 - after the app registry

        known = door.query or (
            "q", "organisation", "below", "account", "member", "before", "kind", "for", "view", "on",
            "activity", "template", "node", "month", "year", "show", "key", "time", "from", "method",
        )  # fmt: skip
        if not known or self.chance.random() < 0.3:
            return []
        chosen = self.chance.sample(known, k=min(len(known), self.chance.choice((1, 1, 2))))
        found = []
        for name in chosen:
            if name == "after":
                found.append((name, encode_cursor([self.value("q").lower(), self.value("member")])))
                self.sent = self.sent[:-2]  # a position in the order, not the name of a row
            elif name == "below":
                found.append((name, self.id_of("organisation", self.place)))
            elif name == "for":
                found.append((name, "organisations.organisation:view"))
            elif name == "sort":
                found.append((name, "name"))
            else:
                found.append((name, self.value(name)))
        return found

    def form(self) -> dict[str, str]:
        names = [*PLAIN, *(name for name in IDS if name not in PLAIN)]
        data = {name: self.value(name) for name in names if name not in {"name", "short_name"}}
        data |= {"name": self.value("name"), "short_name": PLAIN["short_name"]}
        for name in self.chance.sample(sorted(data), k=3):  # forms that lack something answer with sentences
            if self.chance.random() < 0.3:
                del data[name]
        data["decision"] = self.chance.choice(("accept", "decline", "approve", "withdraw", "give", "hand_in", ""))
        data["kind"] = self.chance.choice(
            ("members", "organisations", "restrict", "delete", "org_life_meeting", "need")
        )
        return data

    def document(self, door: Door) -> Any:
        schema, schemas = door.schema or (None, {})
        return {} if schema is None else self._json(schema, schemas, "")

    def _json(self, schema: Any, schemas: Any, name: str) -> Any:  # noqa: PLR0911 - one answer for each kind
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            return self._json(schema["anyOf"][0], schemas, name)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object":
            required = set(schema.get("required", ()))
            return {
                key: self._json(inner, schemas, key)
                for key, inner in schema.get("properties", {}).items()
                if key in required or self.chance.random() < 0.3
            }
        if kind == "array":
            return [self._json(schema.get("items", {}), schemas, name)]
        if kind == "boolean":
            return True
        if kind == "integer":
            return 1
        return self.value(name)
