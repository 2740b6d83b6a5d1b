"""A realistic set of member columns: a draft for the module that owns members, and what the tests import with."""

from __future__ import annotations

from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind

SEXES = (Choice("1", "男"), Choice("2", "女"), Choice("9", "未说明的性别", ("未说明",)))
ETHNIC_GROUPS = (
    Choice("01", "汉族", ("汉",)),
    Choice("02", "蒙古族", ("蒙古", "蒙")),
    Choice("03", "回族", ("回",)),
    Choice("08", "壮族", ("壮",)),
    Choice("11", "满族", ("满",)),
    Choice("15", "土家族", ("土家",)),
)
EDUCATION_LEVELS = (
    Choice("11", "博士研究生毕业", ("博士", "博士研究生", "博士及以上")),
    Choice("14", "硕士研究生毕业", ("硕士", "硕士研究生", "研究生")),
    Choice("21", "大学本科毕业", ("本科", "大学", "大学本科")),
    Choice("31", "大学专科毕业", ("专科", "大专", "大学专科")),
    Choice("41", "中等专科毕业", ("中专",)),
    Choice("61", "普通高中毕业", ("高中", "高中及以下")),
    Choice("71", "初中毕业", ("初中",)),
    Choice("81", "小学毕业", ("小学",)),
)
PERSON_CATEGORIES = (Choice("1", "正式党员", ("正式",)), Choice("2", "预备党员", ("预备",)))
STATUSES = (Choice("normal", "正常"), Choice("suspended", "停止党籍", ("停止",)))
POSTS = (
    Choice("011", "党政机关工作人员"),
    Choice("2", "农牧渔民", ("农民", "务农")),
    Choice("5", "离退休人员", ("退休",)),
)

MEMBER_COLUMNS = (
    Column("name", "姓名", Kind.NAME, ("党员姓名", "名字"), required=True, example="张三", width=10, personal=True),
    Column("staff_number", "学工号", Kind.TEXT, ("学号", "工号", "职工号"), personal=True),
    Column(
        "branch",
        "所在党支部",
        Kind.ORGANISATION,
        ("所属党支部", "党支部", "所在支部", "党支部名称", "所属支部", "所在党组织"),
        required=True,
        width=30,
    ),
    Column("branch_code", "党支部编码", Kind.TEXT, ("所在党支部编码", "所属党支部编码", "支部编码")),
    Column("committee", "所属党委", Kind.ORGANISATION, ("二级党委名称", "所属分党委", "所在分党委", "二级党委")),
    Column("committee_code", "所属党委编码", Kind.TEXT, ("二级党委编码", "所属分党委编码", "所在分党委编码")),
    Column(
        "id_number",
        "公民身份证号",
        Kind.ID_NUMBER,
        ("公民身份号码", "身份证号码", "身份证号", "身份证", "居民身份证号码", "证件号码"),
        required=True,
        width=22,
        hint="18 位，请把单元格设为文本格式。",
        example="11010519491231002X",
        personal=True,
    ),
    Column("sex", "性别", Kind.CODE, ("男女",), choices=lambda: SEXES, aliases={"0": "2"}, width=8),
    Column("ethnic_group", "民族", Kind.CODE, (), choices=lambda: ETHNIC_GROUPS, width=10),
    Column("birth_date", "出生日期", Kind.DATE, ("出生年月日", "出生年月", "生日"), width=12, personal=True),
    Column("education", "学历", Kind.CODE, ("文化程度", "最高学历"), choices=lambda: EDUCATION_LEVELS),
    Column("person_category", "人员类别", Kind.CODE, ("党员类别", "党员类型"), choices=lambda: PERSON_CATEGORIES),
    Column("joined_on", "加入党组织日期", Kind.DATE, ("入党时间", "入党日期", "加入党组织时间"), width=12),
    Column("converted_on", "转为正式党员日期", Kind.DATE, ("转正时间", "转正日期"), width=12),
    Column("work_post", "工作岗位", Kind.CODE, ("岗位",), choices=lambda: POSTS),
    Column("mobile", "手机号", Kind.PHONE, ("手机号码", "手机", "联系电话", "移动电话"), width=14, personal=True),
    Column("landline", "固定电话", Kind.PHONE, ("座机", "办公电话"), width=14, personal=True),
    Column("home_address", "家庭住址", Kind.TEXT, ("住址", "家庭地址", "现居住地"), width=40, personal=True),
    Column("membership_status", "党籍状态", Kind.CODE, ("党籍",), choices=lambda: STATUSES),
    Column("is_lost", "是否为失联党员", Kind.YES_NO, ("是否失联党员", "是否失联")),
    Column("lost_since", "失去联系日期", Kind.MONTH, ("失联日期",)),
    Column("is_floating", "是否为流动党员", Kind.YES_NO, ("是否流动党员", "是否流动")),
    Column("flow_to", "外出流向", Kind.TEXT, ("流向",)),
    Column("party_post", "党内职务", Kind.TEXT, ("职务",)),
    Column("dues_paid_until", "党费缴纳至年月", Kind.MONTH),
)

BRANCH_COLUMNS = (
    Column("name", "党支部名称", Kind.TEXT, ("党组织名称", "支部名称"), required=True),
    Column("short_name", "简称", Kind.TEXT),
    Column("founded_on", "成立时间", Kind.DATE, ("成立日期",)),
    Column("parent", "所属分党委", Kind.ORGANISATION, ("上级党组织",)),
    Column("parent_code", "所属分党委编码", Kind.TEXT, ("上级党组织代码",)),
    Column("org_type", "支部类别", Kind.TEXT, ("组织类别",)),
    Column("phone", "联系电话", Kind.PHONE),
    Column("fax", "传真", Kind.PHONE),
    Column("email", "邮箱", Kind.TEXT),
)

NATIONAL_HEADERS = """
    序号 姓名 所在党支部 公民身份证号 性别 民族 出生日期 学历 人员类别 加入党组织日期 转为正式党员日期 工作岗位
    手机号 固定电话 家庭住址 党籍状态 是否为失联党员 失去联系日期 是否为流动党员 外出流向
""".split()  # noqa: SIM905  the line as it stands in the sheet
