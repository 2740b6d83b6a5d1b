"""From what somebody types to the members meant: by name, pinyin, initials, number, tail of a number, organisation."""

import re
import unicodedata

from django.db.models import Q

from lianxin.kernel.db.paths import is_within, subtree
from lianxin.kernel.pinyin import typed
from lianxin.kernel.privacy.lookup import digests_of
from lianxin.members.restricting import unrestricted
from lianxin.organisations.facade import Organisation

ID_NUMBER = re.compile(r"\d{17}[\dX]", re.ASCII)
MOBILE = re.compile(r"1\d{10}", re.ASCII)
TAIL = re.compile(r"\d{3}[\dX]", re.ASCII)
MOST_ORGANISATIONS = 20
SHORTEST_ORGANISATION = 2
NOBODY = Q(pk__in=[])


def search(text: str) -> Q:
    """The condition for members a text can mean; each part of it is answered by an index.

    A full identity number or mobile finds one person by its keyed hash, whatever their status. Four places find tails.
    Letters find pinyin or initials from their beginning, other text names and organisations from theirs.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not folded:
        return Q()
    if ID_NUMBER.fullmatch(folded):
        return Q(id_number_digest__in=digests_of("id_number", folded))
    if MOBILE.fullmatch(folded):
        return Q(mobile_digest__in=digests_of("phone", folded)) & unrestricted("mobile")
    if TAIL.fullmatch(folded):
        return by_tail(folded)
    if folded.isascii():
        letters = typed(folded)
        return _prefix("pinyin", letters) | _prefix("initials", letters) if letters.isalpha() else NOBODY
    found = Q(name__startswith=folded if folded != text.upper() else text)
    return found | _in_organisations(folded)


def by_letters(text: str) -> tuple[tuple[Q, str], tuple[Q, str]] | None:
    """For typed letters: the condition on pinyin and the one on initials, each with the field whose index orders it.

    None where the text is not letters. Asked one after the other each reads a few rows; together they walk the index.
    """
    letters = typed(text)
    if not text.isascii() or not letters.isalpha():
        return None
    return (_prefix("pinyin", letters), "pinyin"), (_prefix("initials", letters), "initials")


def organisations_only(text: str) -> tuple[Q, Q] | None:
    """For a text that names organisations: the condition for names of people, and the one for the organisations.

    None where no organisation is called so. Both at once make the database walk the whole roster; who holds the rows
    in reach can look whether anybody among them is called so, and need not ask for both.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    if not folded or folded.isascii():
        return None
    places = _in_organisations(folded)
    return (Q(name__startswith=folded), places) if places else None


def is_full_number(text: str) -> bool:
    """Whether the text is a whole identity number or mobile, which finds people who have left as well."""
    folded = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return bool(ID_NUMBER.fullmatch(folded) or MOBILE.fullmatch(folded))


def by_tail(tail: str) -> Q:
    """Members whose identity number or mobile ends so: two indexes, whose finds the database lays together."""
    return Q(id_number_tail=tail) | (Q(mobile_tail=tail) & unrestricted("mobile"))


def _prefix(field: str, letters: str) -> Q:
    """A range of an index with collation C, which a LIKE with a parameter would not become in a prepared statement."""
    return Q(**{f"{field}__gte": letters, f"{field}__lt": letters + "~"})


def _in_organisations(text: str) -> Q:
    condition = Q()
    if len(text) < SHORTEST_ORGANISATION:
        return condition
    named = Organisation.objects.filter(Q(name__startswith=text) | Q(short_name__startswith=text)).order_by("path")
    top = ""
    for path in named.values_list("path", flat=True)[:MOST_ORGANISATIONS]:
        # A town's branches bear its name too and lie in its range: one range is walked by the index, many are not.
        if not top or not is_within(path, top):
            condition |= subtree(path, field="organisation_path")
            top = path
    return condition
