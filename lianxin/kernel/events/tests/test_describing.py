"""What enters the log, where it can never be taken out again."""

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.record import describe
from lianxin.kernel.events.tests.conftest import AT
from lianxin.organisations.events import RENAMED


def test_numbers_of_persons_in_words_are_masked_and_codes_stay():
    code = "370522000000000123"
    event = describe(
        Actor.system("tests"),
        RENAMED,
        at=AT,
        subject=new_id(),
        organisation=None,
        changes={"remarks": ("", "家属电话 13800138000"), "code": ("", code), "mobile": (None, "138****8000")},
        document_no="函13800138000",
        reason="身份证11010119900307775X",
        data={"file": "张三_13800138000.xlsx", "code": code, "count": 13800138000},
    )
    assert event.changes == {
        "remarks": ["", "家属电话 138****8000"],
        "code": ["", code],
        "mobile": [None, "138****8000"],
    }
    assert event.document_no == "函138****8000"
    assert event.reason == "身份证1101**********775X"
    assert event.data == {"file": "张三_138****8000.xlsx", "code": code, "count": 13800138000}
