"""How personal data looks when it is not revealed. Source: domain table masking_rules and the interface design."""


def mask_id_number(text: str) -> str:
    """Keep the first 4 and last 4 places: 3705**********1234."""
    return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) > 8 else "*" * len(text)  # noqa: PLR2004


def mask_phone(text: str) -> str:
    """Keep the first 3 and last 4 digits of a mobile; of a landline (with a hyphen) star the middle 4."""
    if "-" in text:
        area, _, local = text.partition("-")
        return f"{area}-{local[:2]}****{local[6:]}"
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "*" * len(text)  # noqa: PLR2004


def mask_address(text: str) -> str:
    """Cut after village, community or street; without such a word keep the first third."""
    for word in ("村", "社区", "居委会", "街道", "镇", "乡"):
        cut = text.rfind(word)
        if cut >= 0 and cut + len(word) < len(text):
            return text[: cut + len(word)] + "****"
    return text[: len(text) // 3] + "****"


def mask_bank_account(text: str) -> str:
    """Keep the last 4 digits: ***************0123."""
    return f"{'*' * (len(text) - 4)}{text[-4:]}" if len(text) > 8 else "*" * len(text)  # noqa: PLR2004


def mask_email(text: str) -> str:
    """Keep the first letter and the host: w****@example.org."""
    local, at, host = text.rpartition("@")
    return f"{local[:1]}****@{host}" if at and local else "****"
