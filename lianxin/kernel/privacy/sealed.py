"""A database field whose value is encrypted at rest and never decrypted by merely being loaded.

A sealed value is: one byte for the form (1), one for the key's number, 12 of nonce, then the body with its tag. In JSON
it stands as `sealed:<key>:<kind>:<base64>`, so that a rotation finds it wherever it lies.
"""

import base64
import binascii
import os
import re
from typing import TYPE_CHECKING, Any

from django.db import models

from lianxin.kernel.privacy.ciphers import NONCE_BYTES, TAG_BYTES, DoesNotOpen
from lianxin.kernel.privacy.keys import key_for, key_ring

VERSION = 1
HEAD_BYTES = 2
IN_JSON = re.compile(r"sealed:(?P<key>\d{1,3}):(?P<kind>[a-z_]+):(?P<blob>[A-Za-z0-9+/]+={0,2})", re.ASCII)


class Sealed:
    """An encrypted text. Printing it shows nothing; `reveal()` decrypts, so the callers can be found by name."""

    __slots__ = ("_kind", "blob")

    def __init__(self, blob: bytes, kind: str) -> None:
        self.blob = blob
        self._kind = kind

    @classmethod
    def of(cls, text: str, kind: str) -> "Sealed":
        """Encrypt `text`; `kind` is bound to it, so a phone cannot be passed off as an identity number."""
        ring = key_ring()
        nonce = os.urandom(NONCE_BYTES)
        body = ring.ciphers[ring.current].encrypt(nonce, text.encode(), kind.encode())
        return cls(bytes((VERSION, ring.current)) + nonce + body, kind)

    @classmethod
    def from_text(cls, text: str, kind: str | None = None) -> "Sealed":
        """The value that `text` writes; with `kind` only one of that kind.

        Raises:
            ValueError: this is not how a sealed value is written.
        """
        found = IN_JSON.fullmatch(text)
        if found is None or (kind is not None and found["kind"] != kind):
            raise ValueError(f"This is no sealed {kind or 'value'}.")
        try:
            return cls(base64.b64decode(found["blob"], validate=True), found["kind"])
        except binascii.Error as error:
            raise ValueError("A sealed value was cut.") from error

    @property
    def text(self) -> str:
        """How JSON keeps the value."""
        return f"sealed:{self.blob[1]}:{self._kind}:{base64.b64encode(self.blob).decode()}"

    @property
    def key(self) -> int:
        """The number of the key it is sealed with."""
        return self.blob[1]

    def reveal(self) -> str:
        """The clear text. Callers record who asked and why.

        Raises:
            ValueError: the key is missing from the ring, or the value was tampered with.
        """
        return self._open().decode()

    def resealed(self) -> "Sealed":
        """The same value under the current key; for rotation.

        Raises:
            ValueError: as `reveal`.
        """
        return Sealed.of(self._open().decode(), self._kind)

    def _open(self) -> bytes:
        if len(self.blob) < HEAD_BYTES + NONCE_BYTES + TAG_BYTES or self.blob[0] != VERSION:
            raise ValueError("A sealed value was cut or is of another form.")
        cipher = key_for(lambda ring: ring.ciphers.get(self.blob[1]))
        if cipher is None:
            raise ValueError(f"Key {self.blob[1]} is not in the key ring.")
        try:
            nonce = self.blob[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES]
            clear: bytes = cipher.decrypt(nonce, self.blob[HEAD_BYTES + NONCE_BYTES :], self._kind.encode())
        except DoesNotOpen as error:
            raise ValueError("A sealed value does not open with its key.") from error
        return clear

    def __repr__(self) -> str:
        return f"<sealed {self._kind}>"

    def __str__(self) -> str:
        return "••••"


if TYPE_CHECKING:
    _Field = models.Field["Sealed | str | None", "Sealed | None"]
else:
    _Field = models.Field


class SealedField(_Field):
    """Stores text sealed; `kind` names what it is (see kinds.py). Empty text is stored as NULL."""

    empty_strings_allowed = False

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(*args, **{"null": True, "blank": True, "editable": True, **options})

    def deconstruct(self) -> Any:
        """What a migration needs to rebuild the field."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "kind": self.kind}

    def get_internal_type(self) -> str:
        """Bytes in the database."""
        return "BinaryField"

    def from_db_value(self, value: bytes | None, *_: object) -> Sealed | None:
        """Wrap without decrypting."""
        return None if value is None else Sealed(bytes(value), self.kind)

    def to_python(self, value: Any) -> Any:
        """Texts stay texts until saved."""
        return value

    def get_prep_value(self, value: Any) -> bytes | None:
        """Encrypt what is still clear."""
        if value is None or value == "":
            return None
        return value.blob if isinstance(value, Sealed) else Sealed.of(str(value), self.kind).blob

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        """Hand bytes to the driver."""
        return value if prepared else self.get_prep_value(value)
