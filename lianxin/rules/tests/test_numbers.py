import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.rules.facade import (
    CreditCode,
    IdNumber,
    Mobile,
    check_credit_code,
    check_id_number,
    check_mobile,
    check_sex_birth_agree,
    code_table,
    credit_check_character,
    id_check_character,
)

VECTORS = Path(__file__).parent / "vectors"
ON = dt.date(2026, 11, 21)


def vectors(kind):
    with (VECTORS / "vectors_ids.csv").open(encoding="utf-8") as stream:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(stream) if row["kind"] == kind]


def rules_broken(outcome):
    return [verdict.rule_id for verdict in outcome]


@pytest.mark.parametrize("row", vectors("GB 11643"))
def test_identity_number_vectors(row):
    outcome = check_id_number(row["value"], on=ON)
    assert isinstance(outcome, IdNumber) == (row["valid"] in {"true", "normalise"})
    if row["valid"] == "normalise":
        assert outcome.value == row["value"].upper()


@pytest.mark.parametrize("row", vectors("GB 32100"))
def test_credit_code_vectors(row):
    assert isinstance(check_credit_code(row["value"]), CreditCode) == (row["valid"] == "true")


def test_an_identity_number_is_taken_apart():
    number = check_id_number("430000192107011009", on=ON)
    assert number == IdNumber("430000192107011009", "430000", dt.date(1921, 7, 1), "100", "2", is_test=False)
    assert code_table("sex")[number.sex].identifier == ""
    assert number.province == "43"


def test_each_fault_of_an_identity_number_is_named():
    assert rules_broken(check_id_number("430000190002290015", on=ON)) == [
        "members.id_number.birth_date",
        "members.id_number.check_character",
    ]
    assert rules_broken(check_id_number("990000190001010016", on=ON)) == ["members.id_number.area"]
    assert rules_broken(check_id_number("430000190001010", on=ON)) == ["members.id_number.form"]
    assert rules_broken(check_id_number("43000019000101A017", on=ON)) == ["members.id_number.form"]
    assert rules_broken(check_id_number("", on=ON)) == ["members.id_number.form"]


def test_test_numbers_are_admitted_only_where_asked_for():
    assert check_id_number("990000190001010016", on=ON, allow_test=True).is_test
    assert (
        check_id_number("990000190001010017", on=ON, allow_test=True)[0].rule_id == "members.id_number.check_character"
    )


def test_a_birth_date_may_be_today_and_not_tomorrow():
    first = "11010520261121001"
    today = first + id_check_character(first)
    assert check_id_number(today, on=ON).birth_date == ON
    assert rules_broken(check_id_number(today, on=ON - dt.timedelta(days=1))) == ["members.id_number.birth_date"]


def test_what_keyboards_do_to_a_number_is_mended():
    assert check_id_number("'４３００００ 19210701 105ｘ ", on=ON).value == "43000019210701105X"
    assert check_mobile("+86 138-0000-0000") == Mobile("13800000000", is_test=False)
    assert check_credit_code(" 91350100m000100y43") == CreditCode("91350100M000100Y43")


def test_no_verdict_repeats_the_identity_number():
    number = "110105194912310021"
    (verdict,) = check_id_number(number, on=ON)
    assert number not in f"{verdict} {verdict.message} {verdict.what_to_do}"


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("13000000000", True),
        ("19900000000", True),
        ("12800000000", False),
        ("11000000000", False),
        ("23000000000", False),
        ("1380000000", False),
        ("138000000000", False),
        ("1380000000O", False),
    ],
)
def test_mobile_numbers(text, is_valid):
    assert isinstance(check_mobile(text), Mobile) is is_valid


def test_test_mobile_numbers_are_admitted_only_where_asked_for():
    assert check_mobile("12800000000", allow_test=True) == Mobile("12800000000", is_test=True)


numbers = st.builds(
    lambda province, birth, sequence: f"{province}0000{birth:%Y%m%d}{sequence:03}",
    st.sampled_from([entry.key for entry in code_table("provinces")]),
    st.dates(dt.date(1900, 1, 1), ON),
    st.integers(0, 999),
).map(lambda first: first + id_check_character(first))


@given(numbers)
def test_every_number_that_is_made_by_the_standard_is_accepted(number):
    outcome = check_id_number(number, on=ON)
    assert outcome.value == number
    assert check_sex_birth_agree(outcome, sex=outcome.sex, birth_date=outcome.birth_date) == []


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number, place, shift):
    wrong = str((int(number[place]) + shift) % 10)
    assert isinstance(check_id_number(number[:place] + wrong + number[place + 1 :], on=ON), list)


@given(numbers, st.integers(0, 15))
def test_two_exchanged_digits_are_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or isinstance(check_id_number(swapped, on=ON), list)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 30))
def test_every_single_wrong_character_of_a_credit_code_is_found(first, place, shift):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = first + credit_check_character(first)
    assert check_credit_code(code) == CreditCode(code)
    wrong = alphabet[(alphabet.index(code[place]) + shift) % 31]
    assert isinstance(check_credit_code(code[:place] + wrong + code[place + 1 :]), list)


@given(st.text())
def test_no_text_breaks_the_checks(text):
    assert isinstance(check_id_number(text, on=ON), list)
    check_credit_code(text)
    check_mobile(text)


def test_sex_and_birth_date_that_differ_from_the_number_warn():
    number = check_id_number("430000192107011009", on=ON)
    assert rules_broken(check_sex_birth_agree(number, sex="1", birth_date=dt.date(1921, 7, 2))) == [
        "members.sex.agrees_with_id_number",
        "members.birth_date.agrees_with_id_number",
    ]
    assert check_sex_birth_agree(number, sex="9") == []
