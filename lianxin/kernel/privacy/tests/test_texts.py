import logging
import sys

import pytest

from lianxin.kernel.privacy.texts import MaskingFormatter, mask_in_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("核对身份证37052219610203917X。", "核对身份证3705**********917X。"),
        ("身份证 370522 19610203 917x", "身份证 3705**********917X"),
        ("电话１３８００００００００", "电话138****0000"),
        ("+86 138-0000-0000 转告", "138****0000 转告"),
        ("卡号6222 0000 0000 0000 123", "卡号***************0123"),
        ("卡号6222000000000000123，", "卡号***************0123，"),
        ("座机0546-5621234", "座机0546-56****4"),
        ("张三_13800000000.xlsx", "张三_138****0000.xlsx"),
        ("Tel13800000000，ID37052219610203917X", "Tel138****0000，ID3705**********917X"),
    ],
)
def test_numbers_of_persons_lose_their_middle(text, masked):
    assert mask_in_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "利组发〔2026〕9号",
        "2026-10-01 10:00:00,123",
        "01a200e6-93a5-7076-af07-12345678901a",
        "01a200e6-93a5-7076-1707-138000000001",
        "370522101201",
        "按期换届",
        "",
    ],
)
def test_other_numbers_stay(text):
    assert mask_in_text(text) == text


def test_a_log_line_and_its_traceback_are_masked():
    def failing():
        raise ValueError("no such number 37052219610203917X")

    try:
        failing()
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f", 1, "asked %s", ("13800000000",), sys.exc_info()
        )
    line = MaskingFormatter("{message}", style="{").format(record)
    assert "138****0000" in line
    assert "3705**********917X" in line
    assert "37052219610203917X" not in line


def test_a_log_line_holds_no_address_that_opens_by_itself():
    secret = "uX3-9aBcDeFgHiJkLmNoPqRsTuVwXyZ012345_6789a"  # pragma: allowlist secret
    plain = "GET /x/01a20237-6317-7660-b655-b557ec354293/ assets/main-Q8he0WfS.js SynchronousOnlyOperationSomewhere"
    record = logging.getLogger("x").makeRecord(
        "x", logging.WARNING, "f", 1, f"Not Found: /y/{secret}.ics {plain}", (), None
    )
    line = MaskingFormatter("{message}", style="{").format(record)
    assert secret[4:] not in line
    assert "/y/uX3-…" in line
    assert line.endswith(plain)
