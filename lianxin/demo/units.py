"""Names of the units a county has besides its villages: composed by us, not a list of real ones."""

from __future__ import annotations

from typing import Final

# (short name, number of branches): one means a branch, three to five a general branch over them, more a committee.
DEPARTMENTS: Final = (
    ("县委办公室", 1),
    ("县人大常委会机关", 1),
    ("县政府办公室", 3),
    ("县政协机关", 1),
    ("县纪委监委机关", 3),
    ("县委组织部", 1),
    ("县委宣传部", 1),
    ("县委统战部", 1),
    ("县委政法委", 1),
    ("县委编办", 1),
    ("县委老干部局", 3),
    ("县委党校", 1),
    ("县融媒体中心", 1),
    ("县发展和改革局", 3),
    ("县科学技术局", 1),
    ("县工业和信息化局", 1),
    ("县公安局", 14),
    ("县民政局", 1),
    ("县司法局", 3),
    ("县财政局", 4),
    ("县人力资源和社会保障局", 4),
    ("县自然资源局", 5),
    ("县住房和城乡建设局", 5),
    ("县交通运输局", 5),
    ("县水利局", 5),
    ("县农业农村局", 5),
    ("县商务局", 1),
    ("县文化和旅游局", 3),
    ("县退役军人事务局", 1),
    ("县应急管理局", 1),
    ("县审计局", 1),
    ("县市场监督管理局", 6),
    ("县统计局", 1),
    ("县医疗保障局", 1),
    ("县信访局", 1),
    ("县行政审批服务局", 3),
    ("县综合行政执法局", 4),
    ("县人民法院", 5),
    ("县人民检察院", 3),
    ("县税务局", 6),
    ("县气象局", 1),
    ("县总工会", 1),
    ("团县委", 1),
    ("县妇联", 1),
    ("县科协", 1),
    ("县残联", 1),
    ("县工商联", 1),
    ("县供销社", 4),
    ("县档案馆", 1),
)
SCHOOLS: Final = (
    ("第一中学", 6),
    ("第二中学", 5),
    ("高级中学", 5),
    ("职业中等专业学校", 5),
    ("实验学校", 4),
    ("北宋第一中学", 1),
    ("实验小学", 3),
    ("第一实验幼儿园", 1),
    ("第二实验幼儿园", 1),
    ("特殊教育学校", 1),
    ("教师进修学校", 1),
    ("第三中学", 3),
    ("第四中学", 3),
)
HOSPITALS: Final = (
    ("中心医院", 9),
    ("中医院", 6),
    ("妇幼保健院", 3),
    ("疾病预防控制中心", 1),
    ("卫生健康综合监督执法大队", 1),
)
STATE_FIRMS: Final = (
    ("城市建设发展集团有限公司", 5),
    ("水务集团有限公司", 4),
    ("国有资产运营有限公司", 3),
    ("供电公司", 5),
    ("农村商业银行", 6),
    ("粮食储备有限公司", 1),
    ("公共交通有限公司", 3),
    ("新华书店", 1),
    ("邮政分公司", 3),
    ("烟草专卖局营销部", 1),
)
SECTIONS: Final = {
    "organ": ("机关第一", "机关第二", "机关第三", "基层第一", "基层第二", "基层第三", "基层第四", "基层第五", "离退休"),
    "school": ("初中部", "高中部", "行政后勤", "教学第一", "教学第二", "离退休"),
    "hospital": ("机关", "内科", "外科", "门诊", "医技", "护理", "妇儿", "后勤", "离退休"),
    "state_firm": ("机关", "生产", "营销", "工程", "后勤", "离退休"),
}
POLICE_STATIONS: Final = (
    "交警大队",
    "刑侦大队",
    "治安大队",
    "巡特警大队",
    "看守所",
    "机关第一",
    "机关第二",
    "机关第三",
    "城区派出所",
    "镇区第一派出所",
    "镇区第二派出所",
    "镇区第三派出所",
    "水上派出所",
    "离退休",
)
_BRANDS: Final = (
    "惠禾",
    "泽源",
    "鸿瑞",
    "津盛",
    "凯达",
    "绿野",
    "润丰",
    "海晟",
    "宏基",
    "佳益",
    "恒昌",
    "聚力",
    "明德",
    "荣昌",
    "天禾",
    "万顺",
    "鑫达",
    "永兴",
    "中正",
    "卓越",
    "和信",
    "金穗",
    "丰泽",
    "康源",
    "安泰",
    "齐达",
    "顺通",
    "广源",
    "华旭",
    "春晖",
    "旭日",
    "诚信",
    "仁和",
    "同创",
    "新程",
    "远景",
    "东升",
    "百川",
    "嘉禾",
    "瑞丰",
)
_TRADES: Final = (
    "化工",
    "纺织",
    "食品",
    "粮油",
    "机械制造",
    "石油装备",
    "建材",
    "物流",
    "农业科技",
    "商贸",
    "园林绿化",
    "建筑工程",
    "包装材料",
    "电子科技",
    "畜牧",
    "水产养殖",
    "新能源",
    "汽车服务",
    "餐饮管理",
    "家居用品",
    "环保科技",
    "医药",
    "印刷",
    "服装",
)
_CO_OPERATIVES: Final = ("粮食种植", "蔬菜种植", "林果种植", "奶牛养殖", "肉羊养殖", "农机服务", "水产养殖", "棉花种植")
_SOCIAL: Final = (
    "社会工作服务中心",
    "养老服务中心",
    "民办幼儿园",
    "商会",
    "物业服务行业协会",
    "志愿者协会",
    "职业培训学校",
)


def firm(number: int, county: str) -> str:
    """Name of the nth private firm of a county; the first 960 differ, later ones carry a number of the area."""
    pair = number % (len(_BRANDS) * len(_TRADES))
    brand, trade = (
        _BRANDS[(pair * 7) % len(_BRANDS)],
        _TRADES[(pair // len(_BRANDS) + pair % len(_BRANDS) * 5) % len(_TRADES)],
    )
    lap = number // (len(_BRANDS) * len(_TRADES))
    place = county.removesuffix("县").removesuffix("区").removesuffix("市")
    return f"{place}{brand}{trade}{'第' + numeral(lap + 1) if lap else ''}有限公司"


def co_operative(number: int, town: str) -> str:
    """Name of the nth farmers' co-operative of a town."""
    return f"{town}{_BRANDS[(number * 11) % len(_BRANDS)]}{_CO_OPERATIVES[number % len(_CO_OPERATIVES)]}专业合作社"


def social_body(number: int, county: str) -> str:
    """Name of the nth social organisation of a county; the first 280 differ, later ones are numbered branches."""
    lap = number // (len(_BRANDS) * len(_SOCIAL))
    name = f"{county}{_BRANDS[(number * 3) % len(_BRANDS)]}{_SOCIAL[number % len(_SOCIAL)]}"
    return name + (f"第{numeral(lap + 1)}分部" if lap else "")


def student_branch(number: int, county: str) -> str:
    """Name of the nth branch of students at the colleges of a district, eight branches to a college."""
    return f"{county}{_BRANDS[number // 8 % len(_BRANDS)]}职业学院学生第{numeral(number % 8 + 1)}"


def numeral(number: int) -> str:
    """A whole number from 1 to 9,999 in Chinese numerals.

    Raises:
        ValueError: the number is outside that range.
    """
    if not 0 < number < 10_000:  # noqa: PLR2004 (as the docstring says)
        raise ValueError(f"{number} cannot be written here: only 1 to 9999.")
    digits, out, gap = "零一二三四五六七八九", "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("零" if gap else "") + digits[digit] + unit
            gap = False
        elif out:
            gap = True
    return out.removeprefix("一") if out.startswith("一十") else out
