"""The marked values: persons who cannot exist (region 990101), telephones never given out, a made-up address."""

from lianxin.rules.facade import id_check_character


def _number(sequence: int) -> str:
    first = f"99010119700101{sequence:03d}"
    return first + id_check_character(first)


ID_NUMBERS = [_number(sequence) for sequence in (811, 823, 835, 847, 859)]
REFUSED_ID = ID_NUMBERS[4][:-1] + ("1" if ID_NUMBERS[4][-1] != "1" else "2")
PHONES = ["12068413571", "12068413583", "12068413595", "12068413607", "12068413619"]
ADDRESSES = [f"北宋镇柳树村漆园胡同{number}号" for number in (8137, 8149, 8151, 8163, 8175)]
CARD = "6222026804137159263"
TALKATIVE = f"核对 {ID_NUMBERS[0]}，电话 {PHONES[0]}，卡号 {CARD}"
MARKS = [
    *ID_NUMBERS,
    REFUSED_ID,
    *PHONES,
    "0546-5129876",
    *(one.removeprefix("北宋镇柳树村") for one in ADDRESSES),
    CARD,
]
"""What must not be found: of an address the part behind the village, which its mask takes away."""
