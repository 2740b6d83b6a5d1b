"""Invented content for the gallery: long names, nothing at all, mistakes, things not possible yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.ui.forms import Combobox, ComboboxMany, Day
from lianxin.kernel.ui.icon_files import icon_names
from lianxin.kernel.web.navigation import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

LONG_NAME = "中共利津县北宋镇黄河滩区迁建新型农村社区联合委员会第一党支部"


class SampleForm(forms.Form):
    """Every kind of field."""

    name = forms.CharField(label="党组织全称", max_length=60, help_text="与批复文件一致，不超过 60 个字。")
    kind = forms.ChoiceField(
        label="组织类别", choices=[("", "请选择"), ("931", "党支部"), ("621", "党总支"), ("611", "党委")]
    )
    founded = forms.DateField(label="建立日期", widget=Day, help_text="不早于上级党组织的建立日期。")
    phone = forms.CharField(
        label="联系电话", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    )
    place = forms.ChoiceField(
        label="所在地区",
        choices=[("village", "行政村"), ("community", "社区"), ("company", "企业")],
        widget=forms.RadioSelect,
    )
    posts = forms.MultipleChoiceField(
        label="设置职务",
        choices=[("secretary", "书记"), ("deputy", "副书记"), ("organisation", "组织委员"), ("discipline", "纪检委员")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(label="设立理由", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    joint = forms.BooleanField(
        label="这是联合党支部", required=False, help_text="由两个以上单位的党员组成，一般不超过 5 个单位。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = reverse("ui:gallery_sample") + "?kind=choices"
        self.fields["parent"] = forms.CharField(
            label="上级党组织", widget=Combobox(url, label="中共利津县北宋镇委员会", placeholder="名称、拼音或首字母")
        )
        self.fields["receivers"] = forms.CharField(
            label="指定党组织", required=False, widget=ComboboxMany(url, placeholder="名称、拼音或首字母")
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sample table."""

    label: str
    url: str = ""
    sorted: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A member in the sample table."""

    name: str
    url: str
    organisation: str
    joined: date
    dues: Decimal
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the sample timeline."""

    when: datetime
    who: str
    what: str
    old: str = ""
    new: str = ""
    why: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """A place in the tree."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of a thing."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the sample tree."""

    name: str
    url: str
    extra: str = ""
    children_url: str = ""
    is_current: bool = False
    level: int = 1
    children: list[Node] = field(default_factory=list)


NAVIGATION = [
    Shown("待办", "list-check", "#home", active=True),
    Shown("组织", "sitemap", "#organisations", active=False),
    Shown("党员", "users", "#members", active=False),
    Shown("导入", "file-import", "#imports", active=False),
    Shown("规则", "scale", "#rules", active=False),
    Shown("权限", "key", "#grants", active=False),
]

ROWS = [
    SampleRow("王秀兰", "#1", "饼子铺村党支部", date(1987, 7, 1), Decimal("12.50"), "ok", "正式党员"),
    SampleRow("张建国", "#2", LONG_NAME, date(2003, 11, 8), Decimal("1234.50"), "due", "预备期将满"),
    SampleRow(
        "欧阳丽娜·阿卜杜热合曼", "#3", "佟家片区党支部", date(2026, 1, 16), Decimal(0), "late", "预备期已满未讨论"
    ),
    SampleRow("李明", "#4", "佟家村党支部", date(1969, 10, 1), Decimal("3.00"), "", "停止党籍"),
]

HAPPENINGS = [
    Happening(
        datetime(2026, 12, 1, tzinfo=UTC), "", "名称变更将生效", "饼子铺村党支部", "佟家新村党支部", planned=True
    ),
    Happening(
        datetime(2026, 11, 20, 1, 32, tzinfo=UTC),
        "刘芳（北宋镇党建办）",
        "更正出生日期",
        "1968-03-12",
        "1968-12-03",
        "与身份证核对，原导入表格月日颠倒。",
    ),
    Happening(
        datetime(2023, 6, 30, 6, 0, tzinfo=UTC),
        "赵永强（县委组织部）",
        "划转上级党组织",
        "佟家片区党总支",
        "北宋镇党委",
        "利组字〔2023〕18号",
    ),
    Happening(datetime(1998, 7, 1, 0, 0, tzinfo=UTC), "", "党支部成立"),
]


def filled_form(*, wrong: bool) -> SampleForm:
    """The sample form as people send it: with or without mistakes."""
    data = QueryDict(mutable=True)
    data.update({"name": LONG_NAME, "kind": "931", "founded": "1998-07-01", "place": "village", "parent": "1"})
    if wrong:
        data.update({"founded": "2031-02-30", "kind": ""})
    form = SampleForm(data, auto_id="wrong_%s" if wrong else "right_%s")
    if wrong:
        form.add_error(None, "上级党组织在 1998-07-01 尚未建立。请改晚建立日期，或选择另一个上级党组织。")
        form.fields["phone"].disabled = True
    return form


def context(layout: str, shell: str) -> dict[str, Any]:
    """Everything the gallery shows."""
    return {
        "layout": layout,
        "shell": shell,
        "demonstration": True,
        "navigation": NAVIGATION[:4] if shell == "portal" else NAVIGATION,
        "search_url": "#search",
        "due_count": 3,
        "due_url": "#due",
        "organisation_name": LONG_NAME,
        "place": [
            Crumb("利津县", "#1"),
            Crumb("中共利津县北宋镇委员会", "#2"),
            Crumb("佟家片区党总支", "#3"),
            Crumb(LONG_NAME),
        ],
        "headings": [
            Heading("姓名", "#name", "ascending"),
            Heading("所在党支部", "#organisation"),
            Heading("入党日期", "#joined"),
            Heading("月党费", "#dues", numeric=True),
            Heading("状态"),
        ],
        "rows": ROWS,
        "happenings": HAPPENINGS,
        "tabs": [
            Tab("基本情况", "#facts", active=True),
            Tab("党员", "#members", count=47),
            Tab("任职", "#posts", count=5),
            Tab("经过", "#log"),
        ],
        "steps": [_("Upload"), _("Match columns"), _("Check"), _("Take over"), _("Done")],
        "node": Node(
            "中共利津县北宋镇委员会",
            "#t1",
            "1,024 名党员",
            children=[
                Node("佟家片区党总支", "#t2", "212 名党员", children_url="#", level=2),
                Node(LONG_NAME, "#t3", "47 名党员", is_current=True, level=2),
                Node("北宋镇机关党支部", "#t4", "31 名党员", level=2),
            ],
        ),
        "empty_form": SampleForm(auto_id="empty_%s"),
        "wrong_form": filled_form(wrong=True),
        "today": date(2026, 11, 21),
        "now": datetime(2026, 11, 21, 7, 4, tzinfo=UTC),
        "money": Decimal("1234.5"),
        "icons": icon_names(),
        "sample_url": reverse("ui:gallery_sample"),
    }


def structure(_params: Mapping[str, str]) -> dict[str, Any]:
    """A small organisation chart."""
    branches = [
        {"name": f"{name}党支部", "kind": "党支部", "members": members}
        for name, members in (("饼子铺村", 47), ("佟家村", 38), ("前于村", 22), ("老君堂村", 51))
    ]
    return {
        "name": "中共利津县北宋镇委员会",
        "kind": "党委",
        "members": 1024,
        "children": [
            {"name": "佟家片区党总支", "kind": "党总支", "members": 158, "children": branches},
            {"name": LONG_NAME, "kind": "联合党支部", "members": 47},
            {"name": "北宋镇机关党支部", "kind": "党支部", "members": 31},
        ],
    }


def choices(params: Mapping[str, str]) -> dict[str, Any]:
    """Organisations whose name holds the search text."""
    names = [("1", "中共利津县北宋镇委员会", "利津县"), ("2", "佟家片区党总支", "北宋镇"), ("3", LONG_NAME, "北宋镇")]
    wanted = params.get("q", "")
    return {"results": [{"value": key, "label": name, "hint": hint} for key, name, hint in names if wanted in name]}


def progress(_params: Mapping[str, str]) -> dict[str, Any]:
    """Work that is a third done."""
    return {"done": 6420, "total": 19034, "message": "正在核对公民身份号码", "state": "running"}
