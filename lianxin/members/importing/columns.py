"""The columns of a members' sheet: those of the national collection, and the headings of other lists in use."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind
from lianxin.rules.facade import code_table

AS_FULL, AS_PROBATIONARY = "as:full", "as:probationary"
"""What some sheets write under "membership status": the category. Both stand for a normal status."""


def choices(table: str, *, only: Sequence[str] = ()) -> Callable[[], list[Choice]]:
    """The entries of a code table, under their names in both languages, codes and other spellings."""

    def provide() -> list[Choice]:
        return [
            Choice(one.key, one.name_zh, tuple(text for text in (one.code, one.name_en, *one.aliases) if text))
            for one in code_table(table)
            if one.active and (not only or one.key in only)
        ]

    return provide


COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        pgettext_lazy("heading of a spreadsheet", "Name"),
        Kind.NAME,
        ("姓名", "党员姓名", "Name"),
        required=True,
        width=12,
        example="王建国",
    ),
    Column(
        "organisation",
        pgettext_lazy("heading of a spreadsheet", "Branch"),
        Kind.ORGANISATION,
        (
            "所在党支部",
            "所属党支部",
            "党支部",
            "党支部名称",
            "所在支部",
            "所属支部",
            "党组织名称",
            "所在党组织",
            "Branch",
        ),
        width=36,
        example="中共利津县北宋镇柳树村支部委员会",
        hint=_("Full or short name, or the code of the organisation."),
    ),
    Column(
        "organisation_code",
        pgettext_lazy("heading of a spreadsheet", "Code of the branch"),
        Kind.ORGANISATION,
        ("党支部编码", "所在党支部编码", "党组织代码", "组织代码", "支部代码", "Branch code"),
        width=18,
    ),
    Column(
        "id_number",
        pgettext_lazy("heading of a spreadsheet", "Identity number"),
        Kind.ID_NUMBER,
        ("公民身份证号", "公民身份号码", "身份证号码", "身份证号", "身份证", "居民身份证号", "Identity number"),
        width=22,
        personal=True,
    ),
    Column(
        "sex",
        pgettext_lazy("heading of a spreadsheet", "Sex"),
        Kind.CODE,
        ("性别", "Sex"),
        choices=choices("sex", only=("1", "2", "9")),
        aliases={"0": "2"},
        width=6,
        example="男",
    ),
    Column(
        "ethnic_group",
        pgettext_lazy("heading of a spreadsheet", "Ethnic group"),
        Kind.CODE,
        ("民族", "Ethnic group"),
        choices=choices("ethnic_groups"),
        width=8,
        example="汉族",
    ),
    Column(
        "birth_date",
        pgettext_lazy("heading of a spreadsheet", "Date of birth"),
        Kind.DATE,
        ("出生日期", "出生年月日", "出生年月", "Date of birth"),
        width=12,
    ),
    Column(
        "education",
        pgettext_lazy("heading of a spreadsheet", "Education"),
        Kind.CODE,
        ("学历", "文化程度", "最高学历", "Education"),
        choices=choices("education_levels"),
        aliases={"高中及以下": "60", "博士及以上": "11", "研究生及以上": "10"},
        width=16,
        example="大学本科毕业",
    ),
    Column(
        "degree",
        pgettext_lazy("heading of a spreadsheet", "Degree"),
        Kind.CODE,
        ("学位", "Degree"),
        choices=choices("degrees"),
        width=8,
    ),
    Column(
        "person_category",
        pgettext_lazy("heading of a spreadsheet", "Category"),
        Kind.CODE,
        ("人员类别", "党员类别", "Category"),
        choices=choices("person_categories", only=("full", "probationary")),
        width=10,
        example="正式党员",
    ),
    Column(
        "joined_on",
        pgettext_lazy("heading of a spreadsheet", "Joined the Party on"),
        Kind.DATE,
        ("加入党组织日期", "入党时间", "入党日期", "加入中共组织日期", "加入党组织时间", "Joined the Party on"),
        width=14,
    ),
    Column(
        "converted_on",
        pgettext_lazy("heading of a spreadsheet", "Became a full member on"),
        Kind.DATE,
        ("转为正式党员日期", "转正时间", "转正日期", "转为正式党员时间", "Became a full member on"),
        width=14,
    ),
    Column(
        "work_post",
        pgettext_lazy("heading of a spreadsheet", "Work post"),
        Kind.CODE,
        ("工作岗位", "岗位", "Work post"),
        choices=choices("work_posts"),
        width=18,
        example="农牧渔民",
    ),
    Column(
        "workplace",
        pgettext_lazy("heading of a spreadsheet", "Workplace"),
        Kind.TEXT,
        ("工作单位", "工作/学习单位", "工作单位及职务", "单位名称", "Workplace"),
        width=24,
    ),
    Column(
        "mobile",
        pgettext_lazy("heading of a spreadsheet", "Mobile"),
        Kind.PHONE,
        ("手机号", "手机号码", "手机", "移动电话", "联系电话", "电话", "Mobile"),
        width=14,
        personal=True,
    ),
    Column(
        "landline",
        pgettext_lazy("heading of a spreadsheet", "Landline"),
        Kind.PHONE,
        ("固定电话", "座机", "办公电话", "住宅电话", "Landline"),
        width=16,
        personal=True,
    ),
    Column(
        "home_address",
        pgettext_lazy("heading of a spreadsheet", "Home address"),
        Kind.TEXT,
        ("家庭住址", "现居住地", "家庭地址", "住址", "Home address"),
        width=36,
        personal=True,
    ),
    Column(
        "membership_status",
        pgettext_lazy("heading of a spreadsheet", "Membership status"),
        Kind.CODE,
        ("党籍状态", "Membership status"),
        choices=choices("membership_status", only=("normal", "suspended")),
        aliases={"正式党员": AS_FULL, "正式": AS_FULL, "预备党员": AS_PROBATIONARY, "预备": AS_PROBATIONARY},
        width=10,
        example="正常",
    ),
    Column(
        "is_lost",
        pgettext_lazy("heading of a spreadsheet", "Out of contact"),
        Kind.YES_NO,
        ("是否为失联党员", "是否失联党员", "失联党员", "是否失联", "Out of contact"),
        width=10,
        example="否",
    ),
    Column(
        "lost_since",
        pgettext_lazy("heading of a spreadsheet", "Out of contact since"),
        Kind.DATE,
        ("失去联系日期", "失联日期", "失联时间", "Out of contact since"),
        width=12,
    ),
    Column(
        "is_floating",
        pgettext_lazy("heading of a spreadsheet", "Floating member"),
        Kind.YES_NO,
        ("是否为流动党员", "是否流动党员", "流动党员", "是否流动", "Floating member"),
        width=10,
        example="否",
    ),
    Column(
        "flow_to",
        pgettext_lazy("heading of a spreadsheet", "Floated to"),
        Kind.TEXT,
        ("外出流向", "流向", "外出地点", "Floated to"),
        width=24,
    ),
    Column(
        "frontline",
        pgettext_lazy("heading of a spreadsheet", "Front line"),
        Kind.CODE,
        ("一线情况", "Front line"),
        choices=choices("frontline"),
        width=14,
    ),
    Column(
        "new_social_stratum",
        pgettext_lazy("heading of a spreadsheet", "New social stratum"),
        Kind.CODE,
        ("新社会阶层类型", "新社会阶层", "New social stratum"),
        choices=choices("new_social_strata"),
        width=16,
    ),
    Column(
        "is_in_hardship",
        pgettext_lazy("heading of a spreadsheet", "In hardship"),
        Kind.YES_NO,
        ("是否困难党员", "生活困难", "困难党员", "In hardship"),
        width=10,
    ),
    Column(
        "native_place",
        pgettext_lazy("heading of a spreadsheet", "Native place"),
        Kind.TEXT,
        ("籍贯", "Native place"),
        width=14,
    ),
    Column(
        "since",
        pgettext_lazy("heading of a spreadsheet", "Belongs to the branch since"),
        Kind.DATE,
        ("组织关系转入时间", "组织关系转入日期", "转入时间", "转入日期", "Belongs since"),
        width=14,
    ),
    Column(
        "remarks",
        pgettext_lazy("heading of a spreadsheet", "Remarks"),
        Kind.TEXT,
        ("备注", "备注1", "说明", "Remarks"),
        width=24,
    ),
)
LABELS = {column.key: column.label for column in COLUMNS}
