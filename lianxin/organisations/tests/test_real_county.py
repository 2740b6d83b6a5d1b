"""The real county: its village list of 2016 becomes that of 2023 by acts with documents, and both stay to be seen."""

import csv
import difflib
from datetime import date
from pathlib import Path

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.models import Event
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.merge import merge
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.actions.set_up import Founding, set_up, set_up_many
from lianxin.organisations.models import Organisation, OrganisationVersion

DATA = Path(__file__).resolve().parents[2] / "demo" / "data"
OLD, NEW = date(2016, 7, 31), date(2023, 6, 30)
ACT = date(2020, 6, 1)
SYSTEM = Actor.system("tests")
DECISION = {"effective_on": ACT, "document_no": "利政发〔2020〕15号", "reason": "行政区划调整"}


def areas(year):
    with (DATA / f"lijin_370522_{year}.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def in_the_register(day):
    """Codes with the names the register shows for the day."""
    rows = OrganisationVersion.objects.filter(on_day(day)).values_list("organisation__code", "name")
    return dict(rows)


def founding(row, parents):
    kind = "branch" if row["level"] == "village" else "grassroots_committee"
    return Founding(
        new=NewOrganisation(name=row["name"], short_name=row["name"], org_type=kind, code=row["code"]),
        parent=parents.get(row["parent_code"]),
        founded_on=date(2000, 1, 1),
        document_no="",
        reason="",
    )


def test_the_villages_of_2016_become_those_of_2023(db, at):
    then, now = areas(2016), areas(2023)
    made, foundings = {}, []
    for code, row in sorted(then.items(), key=lambda item: len(item[0])):
        one = founding(row, made)
        made[code] = one.id
        foundings.append(one)
    set_up_many(SYSTEM, foundings=foundings, at=at)

    def villages(of):
        return {code for code, row in of.items() if row["level"] == "village"}

    gone, new = villages(then) - villages(now), villages(now) - villages(then)
    renamed = {code for code in villages(then) & villages(now) if then[code]["name"] != now[code]["name"]}
    assert (len(gone), len(new), len(renamed)) == (26, 12, 1)

    for code, row in sorted(now.items(), key=lambda item: len(item[0])):
        if code in then:
            if then[code]["name"] != row["name"]:
                rename(SYSTEM, organisation=made[code], name=row["name"], at=at, **DECISION)
            continue
        kind = "branch" if row["level"] == "village" else "grassroots_committee"
        fresh = NewOrganisation(name=row["name"], short_name=row["name"], org_type=kind, code=code)
        made[code] = set_up(SYSTEM, parent=made[row["parent_code"]], new=fresh, at=at, **DECISION).id
    merged = 0
    for code in sorted(gone):
        same_town = [other for other in sorted(new) if now[other]["parent_code"] == then[code]["parent_code"]]
        alike = difflib.get_close_matches(then[code]["name"], [now[other]["name"] for other in same_town], 1, 0.3)
        into = next((other for other in same_town if alike and now[other]["name"] == alike[0]), None)
        if into is None:
            dissolve(SYSTEM, organisation=made[code], at=at, **DECISION)
        else:
            merge(SYSTEM, earlier=[made[code]], into=made[into], at=at, **DECISION)
            merged += 1
    for code in sorted(set(then) - set(now) - gone):
        dissolve(SYSTEM, organisation=made[code], at=at, **DECISION)

    assert in_the_register(OLD) == {code: row["name"] for code, row in then.items()}
    assert in_the_register(NEW) == {code: row["name"] for code, row in now.items()}
    today = {row.code: row.name for row in Organisation.objects.filter(dissolved_on__isnull=True)}
    assert today == {code: row["name"] for code, row in now.items()}
    assert merged > 0
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
    acts = ("organisations.renamed", "organisations.merged", "organisations.dissolved")
    assert Event.objects.filter(kind__in=acts, effective_on=ACT).count() == len(gone) + len(
        [code for code in then if code in now and then[code]["name"] != now[code]["name"]]
    ) + len(set(then) - set(now) - gone)
