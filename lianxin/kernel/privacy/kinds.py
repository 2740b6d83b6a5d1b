"""The kinds of personal data, said once: what each is called, how it is shown masked, how it is written."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence
from lianxin.kernel.privacy.masks import mask_address, mask_bank_account, mask_email, mask_id_number, mask_phone

_BETWEEN = re.compile(r"[\s\-‐-―.]")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1\d{10}$)", re.ASCII)
_MOBILE = re.compile(r"1\d{10}", re.ASCII)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def normal_id_number(text: str) -> str:
    """Without blanks and full-width forms, the check character as a capital X."""
    return _BETWEEN.sub("", _folded(text)).upper()


def normal_phone(text: str) -> str:
    """A mobile as its 11 digits without country code; a landline keeps the hyphen after the area code."""
    folded = _folded(text)
    digits = _COUNTRY.sub("", _BETWEEN.sub("", folded))
    return digits if _MOBILE.fullmatch(digits) else re.sub(r"[\s]", "", re.sub("[‐-―]", "-", folded))


def normal_address(text: str) -> str:
    """One blank between words, none at the ends."""
    return " ".join(_folded(text).split())


def normal_bank_account(text: str) -> str:
    """The digits only: cards print them in groups of four."""
    return _BETWEEN.sub("", _folded(text))


def normal_email(text: str) -> str:
    """Without blanks, the host in small letters."""
    local, at, host = _folded(text).rpartition("@")
    return f"{local}{at}{host.lower()}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data. `name` is bound to each sealed value and to its digest."""

    name: str
    label: Sentence
    mask: Callable[[str], str]
    normal: Callable[[str], str]


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind("id_number", _("identity number"), mask_id_number, normal_id_number),
        Kind("phone", _("telephone"), mask_phone, normal_phone),
        Kind("address", _("address"), mask_address, normal_address),
        Kind("email", _("e-mail address"), mask_email, normal_email),
        Kind("bank_account", _("bank account"), mask_bank_account, normal_bank_account),
    )
}
