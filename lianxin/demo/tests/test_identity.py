import re

import pytest

from lianxin.demo.identity import CAPACITY, birth_part, credit_code, id_number, landline_number, mobile_number


def check_digit(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, weights, strict=True)) % 11]


def test_the_check_used_here_knows_the_standards_sample():
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_an_identity_number_says_birth_date_and_sex_and_checks_itself():
    birth = birth_part(1980, 2, 29)
    for serial in range(0, CAPACITY, 4_999):
        for male in (True, False):
            number = id_number(serial, birth, male=male)
            assert re.fullmatch(r"99\d{15}[\dX]", number)
            assert number[6:14] == "19800229"
            assert int(number[16]) % 2 == male
            assert number[17] == check_digit(number[:17])


def test_serials_on_one_birthday_never_share_a_number():
    birth = birth_part(1970, 1, 1)
    serials = [*range(120_000), *range(CAPACITY - 120_000, CAPACITY)]
    assert len({id_number(serial, birth, male=True) for serial in serials}) == len(serials)


@pytest.mark.parametrize("serial", [-1, CAPACITY])
def test_a_serial_without_a_number_is_refused(serial):
    with pytest.raises(ValueError, match="no identity number"):
        id_number(serial, birth_part(1970, 1, 1), male=True)


def test_telephone_numbers_are_ones_nobody_has():
    assert all(re.fullmatch(r"12\d{9}", mobile_number(n)) for n in range(0, CAPACITY, 9_973))
    assert len({mobile_number(n) for n in range(100_000)}) == 100_000
    assert re.fullmatch(r"0546-0\d{6}", landline_number(17, "0546"))


def test_social_credit_codes_check_themselves():
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    def total(code: str) -> int:
        return sum(alphabet.index(c) * 3**i for i, c in enumerate(code[:17]))

    assert alphabet[(31 - total("91350100M000100Y43") % 31) % 31] == "3"
    for serial in range(0, 99_999_999, 1_234_567):
        code = credit_code(serial, "91")
        assert code[2:8] == "990000"
        assert code[17] == alphabet[(31 - total(code) % 31) % 31]
