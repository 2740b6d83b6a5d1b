import pytest

from lianxin.kernel.privacy.kinds import KINDS
from lianxin.kernel.privacy.masks import mask_phone


@pytest.mark.parametrize(
    ("kind", "typed", "normal", "mask"),
    [
        ("id_number", "11010519491231002x", "11010519491231002X", "1101**********002X"),
        ("id_number", " １１０１０５ 19491231 002X ", "11010519491231002X", "1101**********002X"),
        ("phone", "+86 138-0000-0000", "13800000000", "138****0000"),
        ("phone", "8613800000000", "13800000000", "138****0000"),
        ("phone", "０５４６－8100000", "0546-8100000", "0546-81****0"),
        ("phone", "0731-80000000", "0731-80000000", "0731-80****00"),
        ("phone", "8234567-801", "8234567-801", "82****7-***"),
        ("phone", "0546-8234567-801", "0546-8234567-801", "0546-82****7-***"),
        ("phone", "82345678", "82345678", "82****78"),
        ("phone", "8234567", "8234567", "82****7"),
        ("phone", "05468234567", "05468234567", "054****4567"),
        ("phone", "12345", "12345", "*****"),
        ("bank_account", "6222 0000 0000 0000 123", "6222000000000000123", "***************0123"),
        ("bank_account", "1234", "1234", "****"),
        ("email", " Wei.Li@Example.ORG ", "Wei.Li@example.org", "W****@example.org"),
        ("address", " 某省某县某镇某村12号 ", "某省某县某镇某村12号", "某省某县某镇某村****"),
        ("address", "阳光小区3号楼502室（镇政府对面）", "阳光小区3号楼502室(镇政府对面)", "阳光小区****"),
        ("address", "阳光花园甲栋（镇政府对面）", "阳光花园甲栋(镇政府对面)", "阳光花园****"),
        ("address", "幸福里三号楼镇政府旁", "幸福里三号楼镇政府旁", "幸福里****"),
        ("address", "三里村12号", "三里村12号", "三里村****"),
        ("address", "3号楼", "3号楼", "****"),
    ],
)
def test_each_kind_knows_how_it_is_written_and_shown(kind, typed, normal, mask):
    found = KINDS[kind]
    assert found.normal(typed) == normal
    assert found.mask(normal) == mask


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_mask_shows_the_whole(kind):
    for text in ("1", "12345678", "6222000000000000123", "某省某县某镇某村12号", "0546-8100000"):
        assert KINDS[kind].mask(text) != text


@pytest.mark.parametrize("area", ["", "010-", "0546-"])
@pytest.mark.parametrize("local", ["8234567", "82345678"])
@pytest.mark.parametrize("extension", ["", "-1", "-801", "-12345"])
def test_four_true_digits_of_every_landline_are_hidden(area, local, extension):
    masked = mask_phone(f"{area}{local}{extension}")
    assert len(masked) == len(f"{area}{local}{extension}")
    assert sum(sign == "*" for sign in masked[len(area) :][: len(local)]) >= 4
