"""What a module says of the personal data it processes: the register of processing is made of these declarations.

Sources: PIPL 17 (what people are told), 55 and 56 (what is assessed and kept).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps

from lianxin.kernel.errors import Sentence
from lianxin.kernel.privacy.sealed import SealedField


@dataclass(frozen=True, slots=True)
class Processing:
    """One activity: whose data, which, what for, on what ground, who sees it, how long, whether it goes elsewhere.

    `basis` are pairs of a source of the rules and an article ("" for the document as a whole). `sealed` are the sealed
    columns it covers, as "members.Member.mobile". `seen_by` are permissions; the roles holding them see the data, and
    the persons themselves where `is_own`. `records` are keys of record types.
    """

    key: str
    label: Sentence
    persons: Sentence
    purpose: Sentence
    basis: tuple[tuple[str, str], ...]
    items: Callable[[], Sequence[Sentence]]
    seen_by: tuple[str, ...]
    records: tuple[str, ...]
    sharing: Sentence
    sealed: tuple[str, ...] = ()
    sensitive: Sentence = ""
    is_own: bool = True


_declared: dict[str, Processing] = {}


def declare_processing(activities: Iterable[Processing]) -> None:
    """Make activities known; called by each module's apps.py.

    Raises:
        ValueError: a key is declared twice.
    """
    for one in activities:
        if _declared.get(one.key, one) is not one:
            raise ValueError(f"The processing {one.key} is declared twice.")
        _declared[one.key] = one


def all_processing() -> list[Processing]:
    """Every declared activity, by key."""
    return [_declared[key] for key in sorted(_declared)]


def sealed_columns() -> set[str]:
    """Every sealed column of the product, as "members.Member.mobile"."""
    return {
        f"{model._meta.label}.{field.name}"  # noqa: SLF001 - Django's documented model API
        for model in apps.get_models()
        if model.__module__.startswith("lianxin.")
        for field in model._meta.concrete_fields  # noqa: SLF001 - the same
        if isinstance(field, SealedField)
    }


def undeclared_columns() -> list[str]:
    """Sealed columns that no activity covers, and columns covered that do not exist; empty when all is well."""
    declared = {column for one in _declared.values() for column in one.sealed}
    return sorted(sealed_columns() ^ declared)
