import pytest

from lianxin.kernel.spreadsheets.matching import LEFT_OUT, Header, fold_header, match_columns
from lianxin.kernel.spreadsheets.tests.member_columns import BRANCH_COLUMNS, MEMBER_COLUMNS, NATIONAL_HEADERS


def matched(headers, rows=(), columns=MEMBER_COLUMNS, earlier=None):
    found = match_columns([Header(index, text) for index, text in enumerate(headers)], rows, columns, earlier)
    return {suggestion.header.text: suggestion.key for suggestion in found}


def test_the_national_sheet_matches_without_help():
    found = matched(NATIONAL_HEADERS)
    assert found.pop("序号") is None
    assert list(found.values()) == [
        "name", "branch", "id_number", "sex", "ethnic_group", "birth_date", "education", "person_category", "joined_on",
        "converted_on", "work_post", "mobile", "landline", "home_address", "membership_status", "is_lost", "lost_since",
        "is_floating", "flow_to",
    ]  # fmt: skip


# Each pair: the header as in the sheet, and the column expected ("-" for none).
LAYOUTS = {
    "univ_member_one_sheet": """
        学工号=staff_number 姓名=name 身份证号码=id_number 二级党委名称=committee 二级党委编码=committee_code
        所在党支部=branch 党支部编码=branch_code 党籍状态=membership_status 组织关系转入时间=- 提交书面申请书时间=-
        确定为入党积极分子时间=- 确定为发展对象时间=- 入党介绍人=- 加入党组织日期=joined_on 入党时所在党支部=-
        转为正式党员日期=converted_on 转正时所在党支部=- 党内职务=party_post 党内奖励=- 其他奖励=- 来源=-
        备注1=- 备注2=- 备注3=-
    """,
    "univ_branch_committee": """
        所属分党委=committee 所属分党委编码=committee_code 所属党支部=branch 所属党支部编码=branch_code 姓名=name
        学工号=staff_number 职务=party_post 是否是管理员=-
    """,
    "town_member_export": """
        所属党支部=branch 姓名=name 性别=sex 出生日期=birth_date 民族=ethnic_group 学历=education 身份证号码=id_number
        联系电话=mobile 入党时间=joined_on 党籍状态=membership_status 户籍所在派出所=- 工作/学习单位=-
        现居住地=home_address 籍贯=- 原服役部队=-
    """,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_seen_in_use_match_and_the_rest_stays_unmapped(layout):
    pairs = [pair.split("=") for pair in LAYOUTS[layout].split()]
    expected = {header: None if key == "-" else key for header, key in pairs}
    assert matched([header for header, _key in pairs]) == expected


def test_branch_layout_matches_branch_columns():
    headers = (
        "党支部名称 简称 成立时间 所属分党委 所属分党委编码 支部类别 所在单位属性 是否是教工党支部 联系电话 传真 邮箱"
    )
    assert list(matched(headers.split(), columns=BRANCH_COLUMNS).values()) == [
        "name", "short_name", "founded_on", "parent", "parent_code", "org_type", None, None, "phone", "fax", "email",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("党委缴纳至年月", "dues_paid_until"),  # the misprint in a sheet that is in use
        ("姓　名*", "name"),
        ("身份证号码（18位）", "id_number"),
        ("轉正時間", "converted_on"),
        ("加入党组织日期：", "joined_on"),
        ("加入党组织的日期", "joined_on"),
        ("入党介绍人", None),
        ("问题说明", None),
    ],
)
def test_headers_are_known_in_spite_of_spelling(header, key):
    assert matched([header]) == {header: key}


def test_values_name_a_column_whose_header_says_nothing():
    rows = [["11010519491231002X", "女", "汉族", "13812345678"]] * 3
    assert matched(["A", "B", "C", "D"], rows) == {"A": "id_number", "B": "sex", "C": "ethnic_group", "D": "mobile"}


def test_values_overrule_a_header_that_means_something_else_here():
    rows = [["正式党员"], ["预备党员"], ["正式党员"]]
    found = match_columns([Header(0, "党籍状态")], rows, MEMBER_COLUMNS)[0]
    assert found.key == "person_category"
    assert found.confidence < 0.9


def test_earlier_choices_win_and_each_column_is_used_once():
    earlier = {fold_header("备注1"): "home_address", fold_header("姓名"): LEFT_OUT}
    assert matched(["备注1", "家庭住址", "姓名"], earlier=earlier) == {
        "备注1": "home_address",
        "家庭住址": None,
        "姓名": None,
    }
