"""Finding sealed values by keyed hash.

While look-up keys rotate, a value may lie under the old digest or the new: writing takes `digest_of`, finding
`digests_of`.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from lianxin.kernel.privacy.keys import key_ring


def digest_of(kind: str, text: str) -> bytes | None:
    """The keyed hash under which a sealed value of that kind is kept; None for empty text."""
    return key_ring().digest(kind, text) if text else None


def digests_of(kind: str, text: str) -> list[bytes]:
    """Every keyed hash under which the value may lie, the one of the current key first; none for empty text."""
    if not text:
        return []
    ring = key_ring()
    numbers = sorted(ring.lookup.by_number, key=lambda number: (number != ring.lookup.current, number))
    return [ring.digest(kind, text, key=number) for number in numbers]


def older_digests_of(kind: str, text: str) -> list[bytes]:
    """The keyed hashes by look-up keys that are being replaced; a unique index does not compare them with new ones."""
    return digests_of(kind, text)[1:]


if TYPE_CHECKING:
    _Field = models.BinaryField[bytes | memoryview | None, bytes | memoryview | None]
else:
    _Field = models.BinaryField


class DigestField(_Field):
    """The keyed hash of a value. `source` names the sealed field of the same row it is made of, so that it can be
    remade with a new key; a value without a source is found until the instant in the field `until`, then forgotten.
    """  # noqa: D205 - one thought

    def __init__(self, *args: Any, source: str = "", until: str = "", **options: Any) -> None:
        self.source = source
        self.until = until
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Plain bytes to a migration: how the value is made is not the database's business."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options
