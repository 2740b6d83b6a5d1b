"""Organisations from a spreadsheet: the columns we know, what a row will do, and writing all rows together."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Conflict, InvalidInput, Sentence
from lianxin.kernel.imports import Deed, PlannedRow, SheetRow
from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.time import day_of
from lianxin.organisations.actions.change_facts import change_facts, differences
from lianxin.organisations.actions.facts import FACT_NAMES, PERSONAL, NewOrganisation, check_facts
from lianxin.organisations.actions.set_up import Founding, set_up_many
from lianxin.organisations.actions.tree import BRANCHES
from lianxin.organisations.actions.undo_import import undo_import
from lianxin.organisations.models import Organisation
from lianxin.organisations.models.organisation import UnitRelation
from lianxin.organisations.permissions import REORGANISE
from lianxin.organisations.pieces import folded
from lianxin.organisations.queries.scope import alive_on, organisation_for
from lianxin.organisations.queries.wording import shown
from lianxin.rules.facade import code_table

PARENT = "parent of the row"
SEPARATORS = re.compile(r"[、;；,，\n]+")
RELATION_NAMES = {
    UnitRelation.SAME_AS_PARENT: ("与上级党组织相同", ("同上级党组织",)),
    UnitRelation.LEGAL_ENTITY: ("法人单位", ("单独法人单位",)),
    UnitRelation.JOINT: ("联合党支部", ("联合支部", "多个单位")),
}
KIND_BY_ENDING = (
    ("joint_branch", ("联合党支部", "联合支部", "联合支部委员会")),
    ("floating_branch", ("流动党员党支部", "流动党支部")),
    ("temporary_branch", ("临时党支部", "临时支部", "临时支部委员会")),
    ("general_branch", ("党总支", "总支部委员会", "党总支部", "总支")),
    ("branch", ("党支部", "支部委员会", "支部")),
    ("work_committee", ("工作委员会", "党工委")),
    ("grassroots_committee", ("委员会", "党委")),
)


def _choices(table: str) -> Sequence[Choice]:
    return [
        Choice(entry.key, entry.name_zh, (entry.code, entry.name_en, *entry.aliases))
        for entry in code_table(table)
        if entry.active
    ]


def _relations() -> Sequence[Choice]:
    return [Choice(key.value, name, aliases) for key, (name, aliases) in RELATION_NAMES.items()]


COLUMNS = (
    Column(
        "name",
        _("name of the organisation"),
        required=True,
        width=36,
        synonyms=("党组织名称", "党支部名称", "组织名称", "党组织全称", "全称", "名称"),
    ),
    Column("short_name", _("short name"), width=20, synonyms=("党组织简称", "简称")),
    Column("code", _("code"), synonyms=("组织代码", "党组织代码", "党组织编码", "党支部编码", "编码", "代码")),
    Column(
        "org_type",
        _("kind"),
        Kind.CODE,
        synonyms=("组织类别", "党组织类别", "组织类型"),
        choices=lambda: _choices("org_types"),
    ),
    Column(
        "parent",
        _("higher organisation"),
        Kind.ORGANISATION,
        width=30,
        synonyms=("上级党组织", "上级党组织名称", "所属分党委", "所属党委", "上级组织"),
    ),
    Column(
        "parent_code",
        _("code of the higher organisation"),
        synonyms=("上级组织代码", "上级党组织代码", "所属分党委编码", "上级编码"),
    ),
    Column(
        "affiliation", _("affiliation"), Kind.CODE, synonyms=("隶属关系",), choices=lambda: _choices("org_affiliation")
    ),
    Column("founded_on", _("founded on"), Kind.DATE, synonyms=("成立日期", "成立时间", "党组织成立日期", "建立日期")),
    Column("approval_no", _("number of the approving document"), synonyms=("批准文号", "批准成立文号", "成立批准文号")),
    Column(
        "unit_relation",
        _("situation of the unit"),
        Kind.CODE,
        synonyms=("党组织所在单位情况", "所在单位情况"),
        choices=_relations,
    ),
    Column("unit_name", _("unit"), width=30, synonyms=("单位名称", "所在单位", "所在单位名称")),
    Column(
        "unit_credit_code",
        _("unified social credit code"),
        width=22,
        synonyms=("统一社会信用代码", "单位统一社会信用代码", "法人单位统一社会信用代码"),
    ),
    Column(
        "unit_nature",
        _("nature of the unit"),
        Kind.CODE,
        synonyms=("单位性质", "单位性质类别", "所在单位属性"),
        choices=lambda: _choices("unit_natures"),
    ),
    Column("unit_is_legal_entity", _("unit is a legal entity"), Kind.YES_NO, synonyms=("是否法人单位", "是否法人")),
    Column("joint_units", _("units of a joint branch"), width=30, synonyms=("联合单位", "联合党支部单位")),
    Column("contact", _("contact"), synonyms=("联系人", "党组织联系人")),
    Column("phone", _("telephone"), Kind.PHONE, synonyms=("联系电话", "电话", "党组织联系电话"), personal=True),
    Column("instructor", _("Party-building instructor"), synonyms=("党建工作指导员", "党建指导员")),
    Column(
        "term_starts_on",
        _("term begins on"),
        Kind.DATE,
        synonyms=("本届任期开始日期", "本届开始日期", "任期起", "换届日期"),
    ),
    Column(
        "term_due_on",
        _("term ends on"),
        Kind.DATE,
        synonyms=("本届任期届满日期", "本届届满日期", "任期止", "应换届日期"),
    ),
    Column("is_village", _("in a village"), Kind.YES_NO, synonyms=("是否建制村", "是否行政村", "是否村")),
    Column("is_community", _("in a community"), Kind.YES_NO, synonyms=("是否社区",)),
    Column("division_code", _("statistical division code"), synonyms=("统计用区划代码", "区划代码")),
    Column("external_code", _("code in the higher system"), synonyms=("上级系统代码", "全国系统组织代码")),
    Column(
        "includes_unmoved",
        _("includes members whose relation has not moved"),
        Kind.YES_NO,
        synonyms=("吸收未转入组织关系的党员",),
    ),
)
REQUIRED_OF_NEW = {"founded_on": _("founded on")}


def kind_by_name(name: str) -> str:
    """The kind of organisation that the end of its name says, or nothing."""
    for kind, endings in KIND_BY_ENDING:
        if name.endswith(endings):
            return kind
    return ""


def facts_in(values: dict[str, Any]) -> dict[str, Any]:
    """The facts that the row gives; an empty cell says nothing about a fact."""
    facts = {name: values[name] for name in FACT_NAMES if values.get(name) not in {None, ""}}
    if values.get("joint_units"):
        facts["unit_count"] = len([one for one in SEPARATORS.split(values["joint_units"]) if one.strip()])
    if values.get("is_village") or values.get("is_community"):
        facts["is_village_or_community"] = True
    return facts


@dataclass
class Dry:
    """A dry run: knows the rows already fed, so that a parent or a duplicate may stand in the same file."""

    place: Organisation
    at: datetime
    codes: dict[str, SheetRow] = field(default_factory=dict)
    names: dict[str, list[SheetRow]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[tuple[str, int], str] = field(default_factory=dict)

    def plan(self, rows: Sequence[SheetRow]) -> list[PlannedRow]:
        """What will happen with each row. Parents may stand in any order within the rows fed together. One query."""
        known = self._known(rows)
        repeated = [self._remember(row) for row in rows]
        return [self._planned(row, known, first) for row, first in zip(rows, repeated, strict=True)]

    def _known(self, rows: Sequence[SheetRow]) -> "Known":
        texts = {
            text
            for row in rows
            for key in ("code", "name", "parent", "parent_code")
            if (text := str(row.values.get(key) or "").strip())
        }
        here = subtree(self.place.path) & (Q(name__in=texts) | Q(short_name__in=texts))
        found = Organisation.objects.filter(here | Q(code__in=texts)).filter(alive_on(day_of(self.at))).order_by("path")
        return Known(list(found), self.place)

    def _remember(self, row: SheetRow) -> SheetRow | None:
        """Note the row by code and name; the earlier row it repeats, if any."""
        code, name = str(row.values.get("code") or "").strip(), folded(str(row.values.get("name") or ""))
        first = self.codes.get(code) if code else self._same_place(row, name)
        if code:
            self.codes.setdefault(code, row)
        if name:
            self.names[name].append(row)
            short_name = folded(str(row.values.get("short_name") or ""))
            if short_name and short_name != name:
                self.names[short_name].append(row)
        return first

    def _same_place(self, row: SheetRow, name: str) -> SheetRow | None:
        above = ("parent", "parent_code")
        for other in self.names.get(name, []):
            if all((other.values.get(key) or "") == (row.values.get(key) or "") for key in above):
                return other
        return None

    def _planned(self, row: SheetRow, known: "Known", first: SheetRow | None) -> PlannedRow:
        values = row.values
        name = str(values.get("name") or "").strip()
        planned = PlannedRow(row, Deed.REFUSED, name)
        if first is not None:
            planned.duplicate_of = _("row %(row)d of the sheet “%(sheet)s”") % {
                "row": first.number,
                "sheet": first.sheet,
            }
            _add(
                row,
                "",
                Level.ERROR,
                _("The same organisation stands in row %(row)d already.") % {"row": first.number},
                "twice",
            )
            return planned
        there = known.meant(values)
        if there is None and str(values.get("code") or "") in known.elsewhere:
            _add(row, "code", Level.ERROR, _("This code is already taken by another organisation."), "code_taken")
        elif there is not None:
            self._compare(planned, there)
        else:
            self._found(planned, known)
        if any(problem.level is Level.ERROR for problem in row.problems):
            planned.deed = Deed.REFUSED
        return planned

    def _compare(self, planned: PlannedRow, there: Organisation) -> None:
        values = planned.row.values
        planned.target_id = there.id
        self.kinds[planned.row.sheet, planned.row.number] = there.org_type
        for key, label in (
            ("name", pgettext_lazy("of an organisation", "name")),
            ("org_type", _("kind")),
            ("founded_on", _("date of founding")),
        ):
            told = values.get(key)
            if told and told != getattr(there, key):
                said = _("The register says otherwise of the %(what)s (%(there)s), which stays; an act changes it.")
                _add(
                    planned.row,
                    key,
                    Level.WARNING,
                    said % {"what": label, "there": shown(key, getattr(there, key))},
                    "stays",
                )
        facts = facts_in(values)
        self._judge(planned.row, facts)
        changed = differences(there, facts)
        planned.changes = {
            name: ("•", "•") if name in PERSONAL else (shown(name, old), shown(name, new))
            for name, (old, new) in changed.items()
        }
        planned.deed = Deed.CHANGE if changed else Deed.SAME

    def _found(self, planned: PlannedRow, known: "Known") -> None:
        row = planned.row
        values = row.values
        values["org_type"] = values.get("org_type") or kind_by_name(planned.label)
        self.kinds[row.sheet, row.number] = values["org_type"]
        if not values["org_type"]:
            _add(
                row,
                "org_type",
                Level.ERROR,
                _("The kind of organisation is missing, and the name does not say it."),
                "no_kind",
            )
        if not values.get("founded_on"):
            _add(row, "founded_on", Level.ERROR, _("The date of founding is missing."), "no_date")
        elif values["founded_on"] > day_of(self.at):
            _add(row, "founded_on", Level.ERROR, _("The date of founding lies in the future."), "future")
        starts, due = values.get("term_starts_on"), values.get("term_due_on")
        if bool(starts) != bool(due) or (starts and due and due <= starts):
            _add(
                row,
                "term_due_on",
                Level.ERROR,
                _("Give the beginning and the later end of the term, or neither."),
                "term",
            )
        self._judge(row, {**facts_in(values), "name": planned.label, "code": str(values.get("code") or "")})
        values[PARENT] = self._parent(row, known)
        planned.deed = Deed.ADD

    def _judge(self, row: SheetRow, facts: dict[str, Any]) -> None:
        for key, sentence in check_facts(facts).items():
            _add(row, key, Level.ERROR, sentence, "fact")

    def _parent(self, row: SheetRow, known: "Known") -> UUID | tuple[str, int] | None:
        """The parent: an organisation that exists, or the sheet and number of another row; without one, the place."""
        code, name = str(row.values.get("parent_code") or "").strip(), str(row.values.get("parent") or "").strip()
        key = "parent_code" if code else "parent"
        if not code and not name:
            return self.place.id
        in_file = [self.codes[code]] if code in self.codes else []
        there = [known.by_code[code]] if code in known.by_code else []
        if not in_file and not there and name:
            in_file = [one for one in self.names.get(folded(name), []) if one is not row]
            there = known.by_name.get(folded(name), [])
        if there:
            in_file = []  # the row in the file is the same organisation
        found = [*there, *in_file]
        if len(found) == 1:
            kind = there[0].org_type if there else self._kind_of(in_file[0])
            if kind in BRANCHES:
                _add(
                    row,
                    key,
                    Level.ERROR,
                    _("“%(name)s” is a branch; nothing stands below it.") % {"name": name or code},
                    "branch",
                )
            return there[0].id if there else (in_file[0].sheet, in_file[0].number)
        if found:
            sentence = _("Several organisations are called “%(name)s”; give the code of the higher organisation.")
        else:
            sentence = _(
                "There is no organisation “%(name)s” here or in the file; correct the name, or add it to the file."
            )
        _add(row, key, Level.ERROR, sentence % {"name": name or code}, "parent")
        return None

    def _kind_of(self, row: SheetRow) -> str:
        return str(row.values.get("org_type") or "") or kind_by_name(str(row.values.get("name") or "").strip())


class Known:
    """The organisations that rows of a file may mean: at or below the place, and codes taken elsewhere."""

    def __init__(self, found: Sequence[Organisation], place: Organisation) -> None:
        here = [row for row in found if row.path.startswith(place.path)]
        self.by_code = {row.code: row for row in here}
        self.elsewhere = {row.code for row in found if not row.path.startswith(place.path)}
        self.by_name: dict[str, list[Organisation]] = defaultdict(list)
        for row in here:
            for name in {folded(row.name), folded(row.short_name)}:
                self.by_name[name].append(row)
        for name in {folded(place.name), folded(place.short_name)}:
            if place not in self.by_name[name]:
                self.by_name[name].append(place)

    def meant(self, values: dict[str, Any]) -> Organisation | None:
        """The organisation the row is about: by its code, or without one by a full name that only it bears here."""
        code = str(values.get("code") or "").strip()
        if code:
            return self.by_code.get(code)
        name = folded(str(values.get("name") or ""))
        same = [row for row in self.by_name.get(name, []) if folded(row.name) == name]
        return same[0] if len(same) == 1 else None


def _add(row: SheetRow, key: str, level: Level, sentence: Sentence, code: str) -> None:
    label = next((str(column.label) for column in COLUMNS if column.key == key), "")
    row.problems.append(Problem(row.sheet, row.number, label, level, sentence, f"organisations.{code}"))


class OrganisationTarget:
    """Organisations as a kind of record that can be imported."""

    kind = "organisations"
    label: Sentence = _("Organisations")
    permission = REORGANISE
    rows_at_once = 20_000
    """Fed together in a dry run, so that a parent may stand below its children."""

    def columns(self) -> Sequence[Column]:
        """The columns it knows, in the order of its blank template."""
        return COLUMNS

    def planning(self, actor: Actor, *, place: UUID, at: datetime) -> Dry:
        """Begin a dry run for organisations below `place`.

        Raises:
            NotVisible, NotPermitted: the actor may not reorganise there.
        """
        return Dry(organisation_for(actor, place, REORGANISE), at)

    def apply(
        self, actor: Actor, rows: Iterator[PlannedRow], *, place: UUID, at: datetime, batch: UUID
    ) -> dict[Deed, int]:
        """Set up and change organisations inside the caller's transaction, one event each.

        Raises:
            Refusal: a row no longer fits the register; nothing is written.
        """
        organisation_for(actor, place, REORGANISE)
        done: Counter[Deed] = Counter()
        added: dict[tuple[str, int], PlannedRow] = {}
        for planned in rows:
            done[planned.deed] += 1
            if planned.deed is Deed.ADD:
                added[planned.row.sheet, planned.row.number] = planned
            elif planned.deed is Deed.CHANGE and planned.target_id is not None:
                change_facts(
                    actor,
                    organisation=planned.target_id,
                    changes=facts_in(planned.row.values),
                    effective_on=day_of(at),
                    document_no="",
                    reason="",
                    at=at,
                    batch=batch,
                )
        if added:
            set_up_many(actor, foundings=_foundings(added), at=at, batch=batch)
        return dict(done)

    def undo(self, actor: Actor, *, batch: UUID, at: datetime) -> int:
        """Take back everything the batch wrote; how many organisations.

        Raises:
            Conflict: something was built on it since.
        """
        return undo_import(actor, batch=batch, at=at)


def _foundings(added: dict[tuple[str, int], PlannedRow]) -> list[Founding]:
    """The rows as foundings, parents before children whatever their order in the file."""
    ids = {key: new_id() for key in added}
    ordered: list[tuple[str, int]] = []
    state: dict[tuple[str, int], int] = {}
    for start in added:
        chain = []
        key: Any = start
        while isinstance(key, tuple) and key not in state:
            if key in chain:
                raise InvalidInput(
                    {"": _("Rows of the file stand below each other in a circle; correct their higher organisation.")}
                )
            if key not in added:
                raise Conflict(_("A higher organisation in the file is not imported; correct its row first."))
            chain.append(key)
            key = added[key].row.values[PARENT]
        for one in reversed(chain):
            state[one] = len(ordered)
            ordered.append(one)
    return [_founding(added[key], ids[key], ids) for key in ordered]


def _founding(planned: PlannedRow, own: UUID, ids: dict[tuple[str, int], UUID]) -> Founding:
    values = planned.row.values
    above = values[PARENT]
    founded_on: date = values["founded_on"]
    starts: date | None = values.get("term_starts_on") or None
    return Founding(
        id=own,
        parent=ids[above] if isinstance(above, tuple) else above,
        founded_on=founded_on,
        document_no=str(values.get("approval_no") or ""),
        reason="",
        new=NewOrganisation(
            name=planned.label,
            org_type=values["org_type"],
            short_name=str(values.get("short_name") or ""),
            code=str(values.get("code") or ""),
            term_starts_on=starts,
            term_due_on=values.get("term_due_on") or None,
            **facts_in(values),
        ),
    )
