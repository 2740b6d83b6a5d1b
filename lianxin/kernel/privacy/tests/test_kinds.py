import pytest

from lianxin.kernel.privacy.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "typed", "normal", "mask"),
    [
        ("id_number", "11010519491231002x", "11010519491231002X", "1101**********002X"),
        ("id_number", " １１０１０５ 19491231 002X ", "11010519491231002X", "1101**********002X"),
        ("phone", "+86 138-0000-0000", "13800000000", "138****0000"),
        ("phone", "8613800000000", "13800000000", "138****0000"),
        ("phone", "０５４６－8100000", "0546-8100000", "0546-81****0"),
        ("phone", "0731-80000000", "0731-80000000", "0731-80****00"),
        ("bank_account", "6222 0000 0000 0000 123", "6222000000000000123", "***************0123"),
        ("bank_account", "1234", "1234", "****"),
        ("email", " Wei.Li@Example.ORG ", "Wei.Li@example.org", "W****@example.org"),
        ("address", " 某省某县某镇某村12号 ", "某省某县某镇某村12号", "某省某县某镇某村****"),
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
