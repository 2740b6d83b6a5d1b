"""Passkeys, with a key made of software that signs as a real one does."""

import base64
import hashlib
import json
import os

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256

from lianxin.kernel.accounts.lockout import account_key, count_failure
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.tests.conftest import PASSWORD
from lianxin.kernel.models import Event
from lianxin.kernel.time import now

ORIGIN = "https://testserver"
ADD = "/account/second-factor/keys/add/"
LOGIN = "/account/login/key/"
PRESENT_AND_VERIFIED, WITH_KEY = 0x05, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Key:
    """A discoverable key on somebody's device."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.counter = 0

    def _data(self, flags: int) -> bytes:
        self.counter += 1
        return hashlib.sha256(b"testserver").digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}).encode()

    def create(self, options: dict) -> str:
        public = cbor.encode(dict(ES256.from_cryptography_key(self.private.public_key())))
        data = (
            self._data(PRESENT_AND_VERIFIED | WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        )
        client_data = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return json.dumps({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key",
            "response": {"clientDataJSON": text(client_data), "attestationObject": text(attestation)},
            "clientExtensionResults": {"credProps": {"rk": True}},
        })  # fmt: skip

    def sign(self, options: dict, user: str | None = None) -> str:
        data = self._data(PRESENT_AND_VERIFIED)
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signature = self.private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": text(client_data), "authenticatorData": text(data), "signature": text(signature),
                "userHandle": user,
            },
            "clientExtensionResults": {},
        })  # fmt: skip


@pytest.fixture
def key(confirmed):
    """A passkey added to the account, and the handle of its owner."""
    made = Key()
    options = confirmed.get(ADD).context["js_data"]["creation_options"]
    made.user = options["publicKey"]["user"]["id"]
    answer = confirmed.post(ADD, {"name": "手机", "passwordless": "on", "credential": made.create(options)})
    assert answer.status_code == 302, answer.context["form"].errors
    return made


def sign_in(client, key, user):
    options = client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"]
    return client.post(LOGIN, {"credential": key.sign(options, user)})


def test_a_passkey_signs_in_without_a_password(key, account):
    client = Client()
    assert sign_in(client, key, key.user).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    assert Event.objects.filter(kind="accounts.signed_in").latest("id").data["means"] == "webauthn"


def test_a_strange_key_opens_nothing(key):
    client = Client()
    sign_in(client, Key(), key.user)
    assert "_auth_user_id" not in client.session


def test_a_locked_account_is_locked_for_keys_too(key, account):
    for _number in range(5):
        count_failure(account_key(account.pk), at=now())
    client = Client()
    assert sign_in(client, key, key.user).url == "/account/login/"
    assert "_auth_user_id" not in client.session


def test_after_the_password_the_key_is_the_second_step(key, account):
    client = Client()
    assert client.post("/account/login/", {"login": "wangxl", "password": PASSWORD}).url == "/account/login/code/"
    options = client.get("/account/login/code/").context["js_data"]["request_options"]
    assert client.post("/account/login/code/", {"credential": key.sign(options)}).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)


def test_keys_are_listed_renamed_and_removed_by_their_owner_only(confirmed, key):
    assert "手机" in confirmed.get("/account/second-factor/keys/").text
    one = Authenticator.objects.get(type="webauthn")
    page = f"/account/second-factor/keys/{one.pk}/"
    assert confirmed.get(page).status_code == 200
    assert confirmed.post(page, {"name": "办公室电脑"}).status_code == 302
    assert "办公室电脑" in confirmed.get("/account/second-factor/keys/").text

    Account.objects.create_account("lidm", PASSWORD, name="李大明")
    other = Client()
    other.post("/account/login/", {"login": "lidm", "password": PASSWORD})
    other.post("/account/confirm/", {"password": PASSWORD})
    assert other.get(page).status_code == 404
    assert other.post(f"{page}remove/").status_code == 404

    assert confirmed.get(f"{page}remove/").status_code == 200
    assert confirmed.post(f"{page}remove/").status_code == 302
    assert not Authenticator.objects.exists()


def test_confirming_with_the_key_shows_its_page(confirmed, key):
    assert confirmed.get("/account/confirm/key/").status_code == 200
    assert confirmed.get("/account/confirm/code/").status_code == 200
