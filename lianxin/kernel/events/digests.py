"""Digests of the chain: SHA-256, or SM3 (GB/T 32905-2016) where national algorithms are asked for."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from django.conf import settings

Digest = Callable[[bytes], bytes]
SIZE = 32
"""Bytes of every digest in the chain."""


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _sm3_of_openssl(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


def _sm3_of_cryptography(content: bytes) -> bytes:
    computing = hashes.Hash(hashes.SM3())
    computing.update(content)
    return computing.finalize()


# Python's own door to OpenSSL is quicker; it is shut where OpenSSL was built without SM3.
ALGORITHMS: dict[str, Digest] = {
    "sha256": _sha256,
    "sm3": _sm3_of_openssl if "sm3" in hashlib.algorithms_available else _sm3_of_cryptography,
}


def chosen_algorithm() -> str:
    """The algorithm new seals use: the setting EVENT_LOG_DIGEST, sha256 when it is not set.

    Raises:
        ValueError: the setting names no algorithm we have.
    """
    name = str(getattr(settings, "EVENT_LOG_DIGEST", "sha256")).lower()
    if name not in ALGORITHMS:
        raise ValueError(f"LIANXIN_EVENT_LOG_DIGEST is {name}; choose {' or '.join(ALGORITHMS)}.")
    return name
