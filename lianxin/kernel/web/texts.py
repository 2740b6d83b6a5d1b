"""Text that comes in with a request and that the database could not keep."""

import unicodedata

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lianxin.kernel.errors import InvalidInput


def check_text(text: str) -> None:
    """Refuse text that the database cannot keep.

    Raises:
        ValueError: it holds a zero byte or half of a surrogate pair.
    """
    if "\x00" in text or any(unicodedata.category(one) == "Cs" for one in text):
        raise ValueError(_("The text holds a character that cannot be kept (a zero byte or half a surrogate pair)."))


def check_query(request: HttpRequest) -> None:
    """Refuse an address with text that the database cannot keep.

    Raises:
        InvalidInput: by parameter.
    """
    for name, values in request.GET.lists():
        for text in (name, *values):
            try:
                check_text(text)
            except ValueError as error:
                raise InvalidInput({name.replace("\x00", ""): str(error)}) from error
