import random
import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.disclosure.reading.detectors import Kind, find, is_credit_code, is_luhn
from lianxin.disclosure.reading.masking import mask
from lianxin.disclosure.tests.files import CARD, ID, MOBILE
from lianxin.kernel.privacy.masks import mask_id_number, mask_phone
from lianxin.rules.facade import credit_check_character, id_check_character


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # identity numbers, new and old
        (f"身份证号：{ID}。", "身份证号：1101**********002X。"),
        ("11010519491231002x", "1101**********002x"),
        ("１１０１０５１９４９１２３１００２Ｘ", "１１０１**********００２Ｘ"),
        ("110105 19491231 002X", "1101** ******** 002X"),
        ("110105-1949-1231-002X", "1101**-****-****-002X"),
        ("110105\r\n19491231002X", "1101**\r\n********002X"),
        ("1101\u200b0519491231002X", "1101\u200b**********002X"),
        ("990000190001010016", "9900**********0016"),
        ("2026-11-21 11010519491231002X", "2026-11-21 1101**********002X"),
        ("身份证110105194912310021", "身份证1101**********0021"),
        ("110105194912310000", "1101**********0000"),
        ("身份证：370522491231001", "身份证：3705*******1001"),
        # mobiles
        (f"电话{MOBILE}", "电话138****8000"),
        ("138 0013 8000", "138 **** 8000"),
        ("138-0013-8000", "138-****-8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("+86 13800138000", "+86 138****8000"),
        ("+86-138-0013-8000", "+86-138-****-8000"),
        ("0086 138 0013 8000", "0086 138 **** 8000"),
        ("8613800138000", "86138****8000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "1 3 8 * * * * 8 0 0 0"),
        ("tel:13800138000", "tel:138****8000"),
        ("手机12000000001", "手机120****0001"),
        ("13800138000@qq.com", "138****8000@qq.com"),
        # telephones at home
        ("联系电话：0546-8321234", "联系电话：0546-83****4"),
        ("家庭电话（010）82345678", "家庭电话（010）82****78"),
        # cards and accounts
        (CARD, "***************3440"),
        ("6222 0200 0011 2233 440", "**** **** **** ***3 440"),
        (f"卡号{CARD} 12", "卡号***************3440 12"),
        ("账号：370501234567890123", "账号：**************0123"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("6222020000112230000", "***************0000"),
        # neighbours in lists
        (f"张三,{MOBILE},{ID},2020-01-01", "张三,138****8000,1101**********002X,2020-01-01"),
        (f"3,{ID},{CARD},0", "3,1101**********002X,***************3440,0"),
        (f"{MOBILE},13912345678", "138****8000,139****5678"),
        ("3,370522491231001,女", "3,3705*******1001,女"),
        (f"1.{MOBILE}", "1.138****8000"),
        (f"12. {MOBILE}", "12. 138****8000"),
        (f"{MOBILE}.2.李四", "138****8000.2.李四"),
        (f"编号,姓名\n1,{MOBILE}", "编号,姓名\n1,138****8000"),
        (f"{MOBILE}\n万玉兰,{MOBILE}", "138****8000\n万玉兰,138****8000"),
        (f"电话{MOBILE}元旦值班", "电话138****8000元旦值班"),
        # other groups, broken over lines and tabs
        ("1380013 8000", "138**** 8000"),
        ("13800 138000", "138** **8000"),
        ("1380013\n8000", "138****\n8000"),
        ("1380013\r\n8000\r\n1391234\r\n5678", "138****\r\n8000\r\n139****\r\n5678"),
        ("138-0013-\r\n8000", "138-****-\r\n8000"),
        ("138 00\r\n13 8000", "138 **\r\n** 8000"),
        ("138\t0013\t8000", "138\t****\t8000"),
        ("+86 1380013\n8000", "+86 138****\n8000"),
        ("联系电话：138\n00138000", "联系电话：138\n****8000"),
        ("6222020000\r\n112233440", "**********\r\n*****3440"),
        ("6222\t0200\t0011\t2233\t440", "****\t****\t****\t***3\t440"),
        # letters before
        (f"Tel{MOBILE}", "Tel138****8000"),
        (f"wx{MOBILE}", "wx138****8000"),
        (f"ID{ID}", "ID1101**********002X"),
        (f"N{ID}", "N1101**********002X"),
        (f"ICBC{CARD}", "ICBC***************3440"),
        ("ID110105194912310021", "ID1101**********0021"),
        # signs without a width, and the multiplication sign people write for X
        ("手机138\u200e00138000", "手机138\u200e****8000"),
        ("\u202d138 0013\u202c \u202d8000\u202c", "\u202d138 ****\u202c \u202d8000\u202c"),
        ("1101\u20660519491231\u2069002X", "1101\u2066**********\u2069002X"),
        ("11010519491231002×", "1101**********002×"),
    ],
)
def test_a_number_is_found_however_it_is_written(text, masked):
    assert mask(text, find(text)) == masked


@pytest.mark.parametrize(
    "text",
    [
        "利组发〔2026〕12号",
        "2026年11月22日 14:30",
        "统一社会信用代码：91350100M000100Y43",
        "金额13800138000元",
        "共计 6222020000112233440 元",
        "编号：13800138000",
        "订单号 20261121123456789012",
        "13.812345678",
        "1381234567",
        "12000000001",
        "138001380001",
        "监督电话：0546-8321234",
        "办公电话0546-8321234",
        "0546-8321234",
        "东经118.123456789012345度",
        "http://example.org/a13800138000b",
        "110105194913310021",
        "许可证编号 370522491231001",
        "3705222026112100001234",
        "1,234.56",
        "13,812,345,678.00",
        "13812345678.00",
        "金额13812345678.5元",
        "0.13812345678",
        "13812.345678",
        "1381234.5678",
        "13 812 345 678",
        "118.13812345678度",
        "合计,1,381,234,567.89,13,812,345,678.00",
        # columns of figures
        "15234\n123456\n17881\n",
        "27113\n1381234\n5678\n88120",
        "1381234\t5678\t12",
        "27113 13812 345678 8812",
        "12.5 1381.23 456.78",
        "6.62 1871.46 51.13 1240.63 82943.31",
        "1584.62 608257.25 28.06 544.59 83.78",
        "138\n20261121",
        "张三,19900307\n123,李四",
        "张三,1381234567\n8,李四",
        "62345\n12345\n67890\n1234",
        "IMG13800138000",
    ],
)
def test_what_only_looks_like_a_number_is_passed_over(text):
    assert find(text) == []


def test_a_heading_says_what_a_column_holds():
    assert find("0546-8321234") == []
    assert [one.kind for one in find("0546-8321234", hint="联系电话")] == [Kind.LANDLINE]
    assert [one.kind for one in find("370501234567890123", hint="开户账号")] == [Kind.BANK_CARD]


def test_several_numbers_of_one_line_are_told_apart():
    found = find(f"{ID} {MOBILE} {CARD}，{MOBILE}")
    assert [one.kind for one in found] == [Kind.ID_NUMBER, Kind.MOBILE, Kind.BANK_CARD, Kind.MOBILE]


def test_credit_codes_are_judged_as_the_rules_judge_them():
    for first in ("91350100M000100Y4", "91370522MA3C0000X", "12370522004500000"):
        code = first + credit_check_character(first)
        assert is_credit_code(code)
        assert not is_credit_code(code[:-1] + ("0" if code[-1] != "0" else "1"))


births = st.dates(min_value=date(1920, 1, 1), max_value=date(2020, 12, 31))
areas = st.sampled_from(["110105", "370522", "440524", "650102"])
gaps = st.sampled_from(["", " ", "-", "\u3000", "\u200b", "\u200e", "\n", "\t", " \r\n"])
around = st.text(st.characters(blacklist_categories=("Nd", "Cs", "L")), max_size=5) | st.sampled_from(
    ["身份证", "张三，"]
)


@given(areas, births, st.integers(1, 999), gaps, gaps, around, around)
def test_every_right_identity_number_is_found_and_masked_to_its_length(area, birth, sequence, one, two, before, after):
    first = f"{area}{birth:%Y%m%d}{sequence:03d}"
    number = first + id_check_character(first)
    written = f"{number[:6]}{one}{number[6:14]}{two}{number[14:]}"
    text = f"{before} {written} {after}"
    masked = mask(text, find(text))
    assert len(masked) == len(text)
    assert number[4:14] not in re.sub(r"[^0-9X*]", "", masked)
    assert mask_id_number(number) in masked or one or two


@given(st.sampled_from(["13", "15", "18", "19"]), st.integers(0, 10**9 - 1), around)
def test_every_mobile_is_found(prefix, rest, before):
    number = f"{prefix}{rest:09d}"
    if number[:3] in {"154", "194"}:
        return
    text = f"{before} {number} "
    assert mask_phone(number) in mask(text, find(text))


@given(
    st.lists(
        st.sampled_from([MOBILE, ID, CARD, "3", "57", "张三", "男", "2020-01-01", "1,234.56"]), min_size=1, max_size=9
    )
)
def test_no_field_of_a_list_hides_another(fields):
    row = ",".join(fields)
    assert len(find(row)) == sum(field in {MOBILE, ID, CARD} for field in fields)


@pytest.mark.parametrize("unit", ["1 ", "1\n", "6 2 ", "86 ", "1", "13800138000,", f"{CARD}\t", "1\u200b", "9   "])
def test_no_text_takes_longer_than_in_proportion_to_its_length(unit):
    """Four times the text takes four times as long; what grows with the square takes sixteen times."""
    short, long = (_processor_seconds(unit * (length // len(unit))) for length in (15_000, 60_000))
    assert long < 9 * short + 0.3


def _processor_seconds(text):
    begun = time.process_time()
    find(text)
    return time.process_time() - begun


@given(st.text(max_size=200))
def test_masking_never_changes_the_length_and_leaves_nothing_to_find(text):
    masked = mask(text, find(text))
    assert len(masked) == len(text)
    assert find(masked) == []


@given(st.text(st.sampled_from("0123456789 ,.\n\t-Xxe号元账电身份证卡"), max_size=80))
def test_masking_leaves_nothing_in_texts_full_of_digits(text):
    assert find(mask(text, find(text))) == []


def _corpus(size, seed):
    """Lines of lists as offices publish them: with a number, or with something that only looks like one."""
    draw = random.Random(seed)  # noqa: S311 - a corpus, no secret
    for _ in range(size):
        birth = date(draw.randint(1930, 2015), draw.randint(1, 12), draw.randint(1, 28))
        first = f"370522{birth:%Y%m%d}{draw.randint(1, 999):03d}"
        card = _card(draw)
        digits = draw.randint(10**6, 10**7)
        yield from (
            (f"王{draw.choice('建国秀英')} 身份证号 {first}{id_check_character(first)}", 1),
            (f"联系方式：1{draw.choice('35789')}{draw.choice('0125678')}{draw.randint(0, 10**8 - 1):08d}", 1),
            (f"社保卡 {card}", 1),
            (f"利北政发〔2026〕{draw.randint(1, 99)}号 {digits}.{draw.randint(10, 99)}元", 0),
            (f"合同编号：{draw.randint(10**17, 10**18 - 1)}", 0),
            (f"发票代码{draw.randint(10**11, 10**12 - 1)} 号码{draw.randint(10**7, 10**8 - 1)}", 0),
            (f"监督电话0546-{draw.randint(2000000, 8999999)}，金额{draw.randint(10**10, 10**11 - 1)}元", 0),
            (f"统一社会信用代码 9137052{_credit(draw)}", 0),
        )


def _card(draw):
    first = f"62170{draw.randint(10**12, 10**13 - 1)}"
    return next(first + str(digit) for digit in range(10) if is_luhn(first + str(digit)))


def _credit(draw):
    first = "9137052" + "".join(draw.choice("0123456789ABCDEFGH") for _ in range(10))
    return first[7:] + credit_check_character(first)


def test_precision_and_recall_on_a_generated_corpus():
    lines = list(_corpus(2000, seed=3))
    hit = [(len(find(text)), wanted) for text, wanted in lines]
    right = sum(1 for found, wanted in hit if found and wanted)
    recall = right / sum(wanted for _found, wanted in hit)
    precision = right / sum(1 for found, _wanted in hit if found)
    assert recall == 1
    assert precision >= 0.995
