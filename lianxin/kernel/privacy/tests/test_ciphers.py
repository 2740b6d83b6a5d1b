import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher as Primitive
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from lianxin.kernel.privacy.ciphers import AES, KEY_BYTES, SHA256, SM3, SM4, DoesNotOpen, OpenSsl, provider
from lianxin.kernel.privacy.sealed import Sealed

SAME = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes(range(12))


def test_the_vector_of_sm4():
    work = Primitive(algorithms.SM4(SAME), modes.ECB()).encryptor()  # noqa: S305 - the standard's vector is one block
    assert (work.update(SAME) + work.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_vector_of_sm3():
    work = hashes.Hash(hashes.SM3())
    work.update(b"abc")
    assert work.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_vector_of_sm4_in_gcm():
    # RFC 8998, appendix A.1
    clear = bytes.fromhex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                          "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")  # fmt: skip
    label = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    nonce = bytes.fromhex("00001234567800000000abcd")
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    body = OpenSsl().cipher(SM4, key).encrypt(nonce, clear, label)
    assert body[:-16].hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert body[-16:].hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("algorithm", [AES, SM4])
def test_what_is_sealed_opens_only_unchanged_and_with_its_label(algorithm):
    cipher = OpenSsl().cipher(algorithm, bytes(KEY_BYTES[algorithm]))
    body = cipher.encrypt(NONCE, "柳树村".encode(), b"address")
    assert cipher.decrypt(NONCE, body, b"address").decode() == "柳树村"
    for wrong in (body[:-1] + bytes((body[-1] ^ 1,)), bytes((body[0] ^ 1,)) + body[1:], body[:7], b""):
        with pytest.raises(DoesNotOpen):
            cipher.decrypt(NONCE, wrong, b"address")
    with pytest.raises(DoesNotOpen):
        cipher.decrypt(NONCE, body, b"phone")
    with pytest.raises(DoesNotOpen):
        OpenSsl().cipher(algorithm, bytes((1,)) * KEY_BYTES[algorithm]).decrypt(NONCE, body, b"address")


def test_the_keyed_hashes_differ_and_are_those_of_the_standard():
    # RFC 4231, test case 2
    assert OpenSsl().keyed_hash(SHA256, b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert len(OpenSsl().keyed_hash(SM3, b"Jefe", b"x")) == 32
    assert OpenSsl().keyed_hash(SM3, b"Jefe", b"x") != OpenSsl().keyed_hash(SHA256, b"Jefe", b"x")


class Counting(OpenSsl):
    asked = 0

    def cipher(self, algorithm, key):
        Counting.asked += 1
        return super().cipher(algorithm, key)


def test_the_provider_can_be_exchanged(settings, ring_file):
    settings.CRYPTOGRAPHY_PROVIDER = f"{__name__}.Counting"
    assert Sealed.of("x", "phone").reveal() == "x"
    assert isinstance(provider(), Counting)
    assert Counting.asked > 0
