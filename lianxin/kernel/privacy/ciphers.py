"""The primitives behind the key ring, and the one place where they can be exchanged for a certified module.

An operator whose assessment (密评) asks for a certified module writes a class with the two methods of `Provider` and
names it in LIANXIN_CRYPTOGRAPHY; nothing else in the product touches a primitive for personal data.
"""

from functools import cache
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher as Primitive
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

AES = "aes-256-gcm"
SM4 = "sm4-gcm"
SHA256 = "hmac-sha256"
SM3 = "hmac-sm3"
KEY_BYTES = {AES: 32, SM4: 16, SHA256: 32, SM3: 32}
"""Length of a key by algorithm. Source: FIPS 197, GB/T 32907-2016; for the keyed hashes the length of the digest."""
LOOKUP_BESIDE = {AES: SHA256, SM4: SM3}
"""The keyed hash that goes with a cipher: international with international, national with national."""
NONCE_BYTES = 12
TAG_BYTES = 16


class DoesNotOpen(ValueError):  # noqa: N818 - reads as the sentence it is
    """The key is not the one, or the bytes were changed."""


class Cipher(Protocol):
    """An authenticated cipher with its key in it."""

    def encrypt(self, nonce: bytes, clear: bytes, label: bytes) -> bytes:
        """The encrypted bytes with the tag at their end; `label` is bound to them. Nonces never repeat."""

    def decrypt(self, nonce: bytes, body: bytes, label: bytes) -> bytes:
        """The clear bytes.

        Raises:
            DoesNotOpen: wrong key or label, or changed bytes.
        """


class Provider(Protocol):
    """Whoever does the cryptography."""

    def cipher(self, algorithm: str, key: bytes) -> Cipher:
        """The cipher of that name ("aes-256-gcm", "sm4-gcm") with the key."""

    def keyed_hash(self, algorithm: str, key: bytes, text: bytes) -> bytes:
        """32 bytes by "hmac-sha256" or "hmac-sm3"."""


class _Aes:
    def __init__(self, key: bytes) -> None:
        self._primitive = AESGCM(key)

    def encrypt(self, nonce: bytes, clear: bytes, label: bytes) -> bytes:
        return self._primitive.encrypt(nonce, clear, label)

    def decrypt(self, nonce: bytes, body: bytes, label: bytes) -> bytes:
        try:
            return self._primitive.decrypt(nonce, body, label)
        except InvalidTag as error:
            raise DoesNotOpen("The sealed bytes do not open with this key.") from error


class _Sm4:
    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, clear: bytes, label: bytes) -> bytes:
        work = Primitive(self._algorithm, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(label)
        return work.update(clear) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, body: bytes, label: bytes) -> bytes:
        if len(body) < TAG_BYTES:
            raise DoesNotOpen("The sealed bytes are cut short.")
        work = Primitive(self._algorithm, modes.GCM(nonce, body[-TAG_BYTES:])).decryptor()
        work.authenticate_additional_data(label)
        try:
            return work.update(body[:-TAG_BYTES]) + work.finalize()
        except InvalidTag as error:
            raise DoesNotOpen("The sealed bytes do not open with this key.") from error


class OpenSsl:
    """The provider that comes along: pyca/cryptography over OpenSSL."""

    def cipher(self, algorithm: str, key: bytes) -> Cipher:
        """The cipher of that name with the key; KeyError for an unknown name, ValueError for a key too short."""
        made: dict[str, Callable[[bytes], Cipher]] = {AES: _Aes, SM4: _Sm4}
        return made[algorithm](key)

    def keyed_hash(self, algorithm: str, key: bytes, text: bytes) -> bytes:
        """HMAC over SHA-256 or SM3; KeyError for an unknown name."""
        digest: hashes.HashAlgorithm = {SHA256: hashes.SHA256, SM3: hashes.SM3}[algorithm]()
        work = hmac.HMAC(key, digest)
        work.update(text)
        return work.finalize()


def provider() -> Provider:
    """The provider in use (setting CRYPTOGRAPHY_PROVIDER)."""
    return _provider(settings.CRYPTOGRAPHY_PROVIDER)


@cache
def _provider(name: str) -> Provider:
    made: Provider = import_string(name)()
    return made
