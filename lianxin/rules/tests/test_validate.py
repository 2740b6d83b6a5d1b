import shutil

import pytest
import yaml

from lianxin.rules import book, code_tables
from lianxin.rules.validate import problems


def test_the_shipped_files_are_without_fault():
    assert problems() == []


@pytest.fixture
def planted(tmp_path):
    """A copy of law and tables to spoil; `problems` then looks at the copy."""
    shutil.copytree(book.FOLDER, tmp_path / "law")
    shutil.copytree(code_tables.FOLDER, tmp_path / "tables")
    return tmp_path


def found(folder):
    return "\n".join(problems(law=folder / "law", tables=folder / "tables"))


def spoil_law(folder, rule_id, change):
    for path in book.law_files(folder / "law"):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for rule in [rule for rule in rules if rule["id"] == rule_id]:
            change(rule, rules)
            path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


def first(field, value):
    return lambda rule, _rules: rule["versions"][0].__setitem__(field, value)


PROBATION = "members.probation.months"
LIMIT = "organisations.branch.maximum_members"
NOTICE = "organisations.term.notice_months"


@pytest.mark.parametrize(
    ("rule_id", "change", "sentence"),
    [
        (LIMIT, first("value", 60), "the law files say 60, vectors.csv says 50"),
        (LIMIT, first("value", "fifty"), "'fifty' is not of type 'integer'"),
        (LIMIT, first("source", "NOWHERE"), "the source NOWHERE is not listed"),
        (LIMIT, first("confidence", "surely"), "'surely' is not one of"),
        (LIMIT, lambda _rule, rules: rules.append(rules[1]), "the id is used 2 times"),
        (LIMIT, lambda rule, _rules: rule["title"].pop("zh"), "'zh' is a required property"),
        (LIMIT, lambda rule, _rules: rule.pop("what_to_do"), "'what_to_do' is a required property"),
        (LIMIT, lambda rule, _rules: rule.update(id="organisations.other"), "no line of vectors.csv tests"),
        (PROBATION, lambda rule, _rules: rule["versions"].pop(5), "nothing is in force between"),
        (PROBATION, lambda rule, _rules: rule["versions"][5].pop("valid_to"), "overlaps it"),
        (PROBATION, lambda rule, _rules: rule["versions"][5].pop("valid_from"), "two versions have no beginning"),
        (NOTICE, first("may_override_locally", {"minimum": 7}), "outside its own bounds"),
        (
            "organisation_life.general_meeting.interval_months",
            lambda rule, _rules: rule["versions"][0]["may_override_locally"].update(maximum=6),
            "let no organisation ask less",
        ),
        ("burden.ranking", first("may_override_locally", {"minimum": 0}), "is no local matter"),
        (NOTICE, first("may_override_locally", {"set_by": "organisation"}), "is not valid under any of the given"),
        (
            "members.mobile.form",
            lambda rule, _rules: rule.update(id="members.mobile.unused"),
            "no check refers to it",
        ),
        (
            "members.id_number.check_character",
            lambda rule, _rules: rule["versions"][0]["value"][0].pop(),
            "not as many cells",
        ),
    ],
)
def test_a_spoilt_law_file_is_told(planted, rule_id, change, sentence):
    if sentence == "two versions have no beginning":
        spoil_law(planted, rule_id, lambda rule, _rules: rule["versions"][0].pop("valid_from"))
    spoil_law(planted, rule_id, change)
    assert sentence in found(planted)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2,2,,女", "1,2,,女", "the key 1 is used 2 times"),
        ("2,2,,女", "3,2,,女", "the key must be the code or the identifier"),
        ("2,2,,女", "2,2,,", "key, name_zh and name_en must be filled"),
        ("female,,certain", "female,7,certain", "the parent 7 is not in the table"),
        ("female,,certain", "female,,surely", "confidence is certain or check"),
        ("女性", "男", "means both 1 and 2"),
        ("key,code", "code,key", "the first columns must be"),
    ],
)
def test_a_spoilt_code_table_is_told(planted, old, new, sentence):
    path = planted / "tables" / "sex.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert sentence in found(planted)


def test_a_table_without_a_title_and_a_title_without_a_table_are_told(planted):
    (planted / "tables" / "sex.csv").rename(planted / "tables" / "colours.csv")
    assert "there is no sex.csv" in found(planted)
    assert "colours.csv is not listed" in found(planted)
