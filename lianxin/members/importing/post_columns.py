"""The columns of a sheet of committee members, under the headings of lists in use."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.spreadsheets.columns import Column, Kind
from lianxin.members.importing.columns import choices

POST_COLUMNS: tuple[Column, ...] = (
    Column(
        "organisation",
        pgettext_lazy("heading of a spreadsheet", "Organisation"),
        Kind.ORGANISATION,
        ("党组织名称", "党组织", "所属党支部", "党支部名称", "党支部", "任职党组织", "Organisation"),
        width=36,
        example="中共利津县北宋镇柳树村支部委员会",
        hint=_("Full or short name, or the code of the organisation."),
    ),
    Column(
        "organisation_code",
        pgettext_lazy("heading of a spreadsheet", "Code of the organisation"),
        Kind.ORGANISATION,
        ("组织代码", "党组织代码", "党组织编码", "所属党支部编码", "党支部编码", "Organisation code"),
        width=18,
    ),
    Column(
        "name",
        pgettext_lazy("heading of a spreadsheet", "Name"),
        Kind.NAME,
        ("姓名", "党员姓名", "班子成员姓名", "Name"),
        required=True,
        width=12,
        example="王建国",
    ),
    Column(
        "id_number",
        pgettext_lazy("heading of a spreadsheet", "Identity number"),
        Kind.ID_NUMBER,
        ("公民身份证号", "公民身份号码", "身份证号码", "身份证号", "身份证", "居民身份证号", "Identity number"),
        width=22,
        hint=_("Only needed where two members have the same name."),
        personal=True,
    ),
    Column(
        "post",
        pgettext_lazy("heading of a spreadsheet", "Post"),
        Kind.CODE,
        ("职务", "党内职务", "班子职务", "Post"),
        required=True,
        choices=choices("committee_posts"),
        width=14,
        example="书记",
    ),
    Column(
        "since",
        pgettext_lazy("heading of a spreadsheet", "In the post since"),
        Kind.DATE,
        ("任职日期", "任职时间", "任现职时间", "In the post since"),
        hint=_("Left empty, the post begins on the day of the import."),
    ),
    Column(
        "document_no",
        pgettext_lazy("heading of a spreadsheet", "Document number"),
        Kind.TEXT,
        ("任职文号", "任命文号", "批准文号", "文号", "Document number"),
        width=20,
    ),
)
POST_LABELS = {column.key: column.label for column in POST_COLUMNS}
