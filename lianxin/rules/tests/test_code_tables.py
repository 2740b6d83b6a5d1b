import pytest
from django.utils.translation import override

from lianxin.rules.code_tables import table_register
from lianxin.rules.facade import UnknownCode, UnknownCodeTable, code_table


@pytest.mark.parametrize(
    ("table", "text", "key"),
    [
        ("sex", "女", "2"),
        ("sex", " ２ ", "2"),
        ("ethnic_groups", "汉", "01"),
        ("ethnic_groups", "蒙古族", "02"),
        ("education_levels", "大专", "31"),
        ("education_levels", "大学本科毕业", "21"),
        ("person_categories", "正式党员", "full"),
        ("person_categories", "2", "probationary"),
        ("membership_status", "停止党籍", "suspended"),
        ("org_types", "631", "branch"),
        ("org_types", "党总支", "general_branch"),
        ("work_posts", "学生", "3"),
        ("work_posts", "Village Doctors", "1_village_doctor"),
        ("unit_natures", "建制村", "village"),
        ("provinces", "山东", "37"),
        ("committee_posts", "支部书记", "secretary"),
    ],
)
def test_what_people_write_is_understood(table, text, key):
    assert code_table(table).find(text).key == key


def test_what_nobody_knows_is_not_guessed():
    assert code_table("sex").find("不详吧") is None
    assert code_table("sex").find("") is None


@pytest.mark.parametrize(
    ("table", "count"),
    [("ethnic_groups", 58), ("provinces", 34), ("org_types", 10), ("education_levels", 40), ("work_posts", 41)],
)
def test_tables_are_complete(table, count):
    assert len(code_table(table)) == count


def test_every_entry_is_found_by_each_of_its_spellings():
    for name in table_register():
        table = code_table(name)
        for entry in table:
            assert {table.find(spelling).key for spelling in entry.spellings} == {entry.key}


def test_choices_speak_the_readers_language_and_leave_headings_out():
    table = code_table("education_levels")
    choices = dict(table.choices())
    with override("en"):
        assert str(choices["21"]) == "undergraduate graduate"
    with override("zh-hans"):
        assert str(choices["21"]) == "大学本科毕业"
    assert "20" not in choices
    assert "20" in dict(table.choices(headings=True))


def test_a_heading_stands_for_all_below_it():
    assert code_table("work_posts").branch("01") >= {"01", "016", "0164", "011_civil_servant"}
    assert "1" not in code_table("work_posts").branch("0")
    assert {entry.key for entry in code_table("marital_status").children("20")} == {"21", "22", "23"}


def test_unknown_codes_and_tables_are_refused():
    with pytest.raises(UnknownCode):
        code_table("sex")["7"]
    with pytest.raises(UnknownCodeTable, match="ethnic_groups"):
        code_table("colours")
    assert "7" not in code_table("sex")
