"""A database field whose value is encrypted at rest (AES-256-GCM) and never decrypted by merely being loaded."""

import os
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from django.db import models

from lianxin.kernel.privacy.keys import key_ring

NONCE_BYTES = 12
VERSION = 1
HEAD_BYTES = 2


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

    def reveal(self) -> str:
        """The clear text. Callers record who asked and why.

        Raises:
            ValueError: the key is missing from the ring, or the value was tampered with.
        """
        number = self.blob[1]
        cipher = key_ring().ciphers.get(number)
        if cipher is None:
            raise ValueError(f"Key {number} is not in the key ring.")
        try:
            nonce = self.blob[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES]
            return cipher.decrypt(nonce, self.blob[HEAD_BYTES + NONCE_BYTES :], self._kind.encode()).decode()
        except InvalidTag as error:
            raise ValueError("A sealed value does not open with its key.") from error

    def __repr__(self) -> str:
        return f"<sealed {self._kind}>"

    def __str__(self) -> str:
        return "••••"


if TYPE_CHECKING:
    _Field = models.Field["Sealed | str | None", "Sealed | None"]
else:
    _Field = models.Field


class SealedField(_Field):
    """Stores text sealed; `kind` names what it is (id_number, phone, address). Empty text is stored as NULL."""

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
