import pytest

from lianxin.ledgers.catalogue import FIELDS, field_of, held_already, known_names, nearest_names
from lianxin.ledgers.similar import THRESHOLD, alike, plain


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("2026年党员总数（人）", "members.count"),
        ("请填写本支部正式党员人数", "members.full_count"),
        ("书纪姓名", "committee.secretary"),
        ("支 部 名 称", "organisation.name"),
        ("换届时间", "term.due_on"),
        ("本年度主题党日活动开展次数", "meetings.theme_day.count"),
        ("三会一课开展情况", "meetings.count"),
        ("参加主题党日活动人数", "meetings.theme_day.present_count"),
        ("总学时", "study.hours_total"),
        ("公民身份证号", "member.id_number"),
        ("是否为流动党员", "members.rows:floating"),
        ("党员花名册", "members.rows"),
    ],
)
def test_what_is_held_is_found_under_the_words_people_use(label, key):
    match = held_already(label)
    assert match is not None
    assert match.key == key
    assert match.likeness >= THRESHOLD


@pytest.mark.parametrize(
    "label",
    [
        "集体经济收入",
        "困难党员走访慰问次数",
        "今年计划发展党员数",
        "党员活动室面积",
        "流动党员管理措施",
        "意见建议",
        "入党积极分子数",
        "群众满意度",
        "党费收缴总额",
    ],
)
def test_what_is_not_held_may_be_asked(label):
    assert held_already(label) is None


def test_the_same_question_in_other_words_is_the_same():
    assert plain("请填写本支部2026年党员总数（人）") == plain("党员人数") == "党员数"
    assert alike("书记姓名", "书纪姓名") == 1
    assert alike("正式党员数", "预备党员数") < THRESHOLD
    assert alike("女党员数", "党员数") < THRESHOLD


def test_keys_are_unique_and_lead_back_to_their_field():
    keys = [one.key for one in FIELDS]
    assert len(keys) == len(set(keys))
    for one in FIELDS:
        assert field_of(one.key).field is one
        for column in one.columns:
            assert field_of(f"{one.key}:{column.key}").column is column
    assert field_of("members.nothing") is None
    assert field_of("members.rows:nothing") is None


def test_guarded_data_has_no_name_in_layouts():
    assert "member.id_number" not in known_names()
    assert held_already("身份证号").field.read is None


def test_an_unknown_name_is_led_to_the_nearest():
    assert nearest_names("organisation.nmae")[0] == "organisation.name"
    assert nearest_names("党支部名称") == ["organisation.name"]
    assert nearest_names("xqz") == []
    assert nearest_names("fund.total") == []  # better none than one of something else
