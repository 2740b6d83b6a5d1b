"""How personal data looks when it is not revealed. Source: domain table masking_rules and the interface design."""

import re

_AREA = re.compile(r"0\d{2,3}-")
_EXTENSION = re.compile(r"(?<=\d{7})-\d{1,6}$")
_SHORTEST_PHONE, _MOBILE = 7, 11
_DOOR = re.compile(r"\d|[(（]|[一二三四五六七八九十百零〇]+(?:号|栋|幢|楼|单元|室|组|弄)")


def mask_id_number(text: str) -> str:
    """Keep the first 4 and last 4 places: 3705**********1234."""
    return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) > 8 else "*" * len(text)  # noqa: PLR2004


def mask_phone(text: str) -> str:
    """Keep the first 3 and last 4 digits of a mobile; of a landline star the middle 4, and the whole extension.

    At least four true digits are hidden, however the number is written: an area code is told by its zero and hyphen,
    not by the hyphen alone.
    """
    area = _AREA.match(text)
    extension = _EXTENSION.search(text)
    end = extension.start() if extension else len(text)
    places = [place for place in range(area.end() if area else 0, end) if text[place].isdigit()]
    if len(places) < _SHORTEST_PHONE:
        return "*" * len(text)
    middle = places[3:-4] if len(places) >= _MOBILE else places[2:6]
    hidden = {*middle, *range(end + 1, len(text))}
    return "".join("*" if place in hidden else sign for place, sign in enumerate(text))


def mask_address(text: str) -> str:
    """Cut after village, community or street; without such a word keep the first third.

    Never beyond the first digit or bracket: what stands behind them (a door, "opposite the town hall") is the address.
    """
    door = _DOOR.search(text)
    head = text[: door.start()] if door else text
    for word in ("村", "社区", "居委会", "街道", "镇", "乡"):
        cut = head.rfind(word)
        if cut >= 0 and cut + len(word) < len(text):
            return head[: cut + len(word)] + "****"
    return head[: len(text) // 3] + "****"


def mask_bank_account(text: str) -> str:
    """Keep the last 4 digits: ***************0123."""
    return f"{'*' * (len(text) - 4)}{text[-4:]}" if len(text) > 8 else "*" * len(text)  # noqa: PLR2004


def mask_email(text: str) -> str:
    """Keep the first letter and the host: w****@example.org."""
    local, at, host = text.rpartition("@")
    return f"{local[:1]}****@{host}" if at and local else "****"
