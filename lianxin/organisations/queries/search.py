"""Finding organisations by what people type: a part of the name, pinyin, initials or a code."""

from collections.abc import Sequence

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length

from lianxin.kernel.authz import Actor
from lianxin.kernel.pinyin import typed
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.pieces import NAME_PIECE, PINYIN_PIECE, folded, pieces_of
from lianxin.organisations.queries.scope import organisations_within

CANDIDATES = 300
SUGGESTED = 20


def search_condition(text: str) -> Q:
    """The condition that an organisation is meant by the text; each part is answered by an index.

    Chinese: any part of full or short name. Letters: any part of initials or pinyin, or the beginning of a code.
    Digits: the beginning of our code or of the statistical division, or a part of the name.
    """
    text = folded(text)
    if not text:
        return Q(pk__in=[])
    if not text.isascii():
        return _name_has(text)
    key = typed(text)
    if not key:
        return Q(pk__in=[])
    if text.isdecimal():
        return Q(code__startswith=text) | Q(division_code__startswith=text) | _name_has(text)
    meant = (
        Q(initials__startswith=key)
        | Q(pinyin__startswith=key)
        | Q(code__startswith=text.upper())
        | Q(code__startswith=text)
    )
    if len(key) >= NAME_PIECE:
        meant |= _having(pieces_of(key)) & Q(initials__contains=key)
    if len(key) >= PINYIN_PIECE:
        meant |= _having(pieces_of(key, PINYIN_PIECE)) & Q(pinyin__contains=key)
    return meant


def _name_has(text: str) -> Q:
    if len(text) < NAME_PIECE:
        return Q(name__startswith=text) | Q(short_name__startswith=text)
    return _having(pieces_of(text)) & (Q(name__icontains=text) | Q(short_name__icontains=text))


def _having(pieces: Sequence[str]) -> Q:
    """The organisations in reach whose name has all the pieces; a window, as below a policy their index is useless."""
    return Q(id__in=RawSQL("SELECT organisations_with_pieces(%s)", [list(pieces)]))


def search_organisations(
    actor: Actor, text: str, *, permission: str = VIEW, within: Q | None = None, size: int = SUGGESTED
) -> Sequence[Organisation]:
    """The organisations most likely meant, shortest name first, at most `size`; two queries.

    A text that fits very many is judged by the first few hundred found: typing on narrows it.
    """
    found = organisations_within(actor, permission).filter(search_condition(text), within or Q()).order_by()
    candidates = list(found.values_list("id", flat=True)[:CANDIDATES])
    return list(Organisation.objects.filter(id__in=candidates).order_by(Length("short_name"), "path")[:size])
