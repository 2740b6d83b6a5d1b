import json
import os
import threading
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured

from lianxin.kernel.db.scope import Scope, scoped
from lianxin.kernel.errors import Conflict
from lianxin.kernel.privacy import keys as ring_module
from lianxin.kernel.privacy.exchanging import exchange
from lianxin.kernel.privacy.files import seal_file
from lianxin.kernel.privacy.fit import shut_columns
from lianxin.kernel.privacy.keys import is_lost, key_ring
from lianxin.kernel.privacy.lookup import digest_of, digests_of
from lianxin.kernel.privacy.ring import make_ring, new_ring, parse, with_current, with_key, without
from lianxin.kernel.privacy.ring_file import create_ring
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.privacy.tests.conftest import secrets_of

AT = datetime(2026, 7, 1, tzinfo=UTC)


def newer(ring, *, cipher="sm4-gcm", use=True):
    seal = with_key(ring.seal, cipher, at=AT)
    lookup = with_key(ring.lookup, "hmac-sm3" if cipher == "sm4-gcm" else "hmac-sha256", at=AT)
    if use:
        seal, lookup = with_current(seal, seal.newest), with_current(lookup, lookup.newest)
    return make_ring(seal, lookup)


def test_a_first_ring_is_made_and_closed_to_others(ring_file):
    assert key_ring().current == 1
    assert ring_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in ring_file.parent.iterdir()] == ["keys.json"]


def test_no_ring_is_made_beside_what_another_one_sealed(settings, tmp_path, cast):
    settings.KEY_RING_FILE = tmp_path / "first.json"
    with scoped(Scope.NOTHING):
        key_ring()  # nothing is sealed yet
    cast.secretary.phone, cast.secretary.phone_digest = "12000000001", digest_of("phone", "12000000001")
    cast.secretary.save()
    assert (is_lost(), shut_columns()) == (False, [])
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    with scoped(Scope.NOTHING):  # a web process sees rows of nobody here
        assert is_lost()
        with pytest.raises(ImproperlyConfigured, match=r"Put the right keys\.json back"):
            Sealed.of("x", "phone")
    assert not settings.KEY_RING_FILE.exists()


def test_another_ring_is_told_from_the_right_one(settings, tmp_path, cast):
    cast.secretary.phone, cast.secretary.phone_digest = "12000000001", digest_of("phone", "12000000001")
    cast.secretary.save()
    assert shut_columns() == []
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    create_ring(settings.KEY_RING_FILE)
    with scoped(Scope.NOTHING):
        assert shut_columns() == ["kernel_account.phone", "kernel_account.phone_digest"]


def test_a_value_in_json_or_a_sealed_file_needs_its_ring_too(settings, tmp_path, cast):
    text, path = Sealed.of("JBSWY3DP", "second_factor").text, settings.MEDIA_ROOT / "ab" / "one"
    seal_file([b"x"], path)
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    assert is_lost()
    path.unlink()
    assert not is_lost()
    Authenticator.objects.create(user=cast.secretary, type=Authenticator.Type.TOTP, data={"secret": text})
    assert is_lost()


@pytest.mark.parametrize(("chosen", "keyed_hash"), [("aes-256-gcm", "hmac-sha256"), ("sm4-gcm", "hmac-sm3")])
def test_the_setting_chooses_the_algorithms_of_new_keys(ring_file, settings, chosen, keyed_hash):
    settings.SEAL_WITH = chosen
    ring = key_ring()
    assert ring.seal.by_number[1].algorithm == chosen
    assert ring.lookup.by_number[1].algorithm == keyed_hash


def test_of_many_who_make_the_first_ring_one_wins_and_all_read_the_same(ring_file):
    makers = [threading.Thread(target=create_ring, args=(ring_file,)) for _maker in range(8)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert json.loads(ring_file.read_text())["current"] == 1
    assert [path.name for path in ring_file.parent.iterdir()] == ["keys.json"]


def test_old_values_stay_readable_when_new_ones_are_sealed_with_sm4(ring_file):
    old = Sealed.of("12000000001", "phone")
    exchange(newer)
    new = Sealed.of("12000000001", "phone")
    assert (old.key, new.key) == (1, 2)
    assert old.reveal() == new.reveal() == "12000000001"
    assert old.resealed().key == 2


def test_a_value_is_looked_for_under_every_look_up_key(ring_file):
    old = digest_of("phone", "12000000001")
    exchange(newer)
    new, *others = digests_of("phone", "12000000001")
    assert new == digest_of("phone", "12000000001")
    assert others == [old]
    assert (new[0], old[0], len(new)) == (2, 1, 33)
    assert digests_of("phone", "") == []


def test_a_running_process_learns_of_a_key_another_process_added(ring_file, monkeypatch):
    key_ring()
    monkeypatch.setattr(ring_module, "LOOK_AGAIN", 3600.0)
    held, stamp = ring_module._held.ring, ring_module._held.stamp
    exchange(newer)
    sealed = Sealed.of("x", "phone")
    ring_module._held.ring, ring_module._held.stamp = held, stamp  # this process has not looked since
    assert sealed.key == 2
    assert sealed.reveal() == "x"


def test_a_changed_ring_is_read_again(ring_file, monkeypatch):
    monkeypatch.setattr(ring_module, "LOOK_AGAIN", 0.0)
    key_ring()
    ring_file.write_text(json.dumps({**json.loads(new_ring()), "retired": [7]}))
    assert key_ring().seal.next_number == 8


def test_a_ring_others_can_read_is_complained_of(ring_file, caplog):
    create_ring(ring_file)
    ring_file.chmod(0o644)
    key_ring()
    assert "chmod 600" in caplog.text


def test_a_retired_number_is_never_given_again(ring_file):
    exchange(newer)
    exchange(lambda ring: make_ring(without(ring.seal, 1), ring.lookup))
    ring = exchange(newer)
    assert sorted(ring.seal.by_number) == [2, 3]
    assert ring.seal.retired == (1,)
    with pytest.raises(Conflict):
        exchange(lambda ring: make_ring(without(ring.seal, 3), ring.lookup))
    with pytest.raises(Conflict):
        without(ring.seal, 9)


def test_all_numbers_used_is_said(ring_file):
    keys = key_ring().seal
    for _key in range(254):
        keys = with_key(keys, "aes-256-gcm", at=AT)
    with pytest.raises(Conflict):
        with_key(keys, "aes-256-gcm", at=AT)


def test_a_ring_of_bare_texts_is_read(ring_file):
    told = json.loads(new_ring())
    bare = {"current": 1, "keys": {"1": told["keys"]["1"]["key"]}, "lookup": told["lookup"]["keys"]["1"]["key"]}
    ring = parse(json.dumps(bare), "a test")
    assert (ring.seal.by_number[1].algorithm, ring.lookup.by_number[1].algorithm) == ("aes-256-gcm", "hmac-sha256")


@pytest.mark.parametrize(
    "change",
    [
        lambda _told: "",
        lambda _told: "[]",
        lambda told: json.dumps({**told, "current": 5}),
        lambda told: json.dumps(
            {**told, "keys": {"1": {"algorithm": "rot13", "key": told["lookup"]["keys"]["1"]["key"]}}}
        ),
        lambda told: json.dumps({**told, "keys": {"1": "c2hvcnQ="}}),
        lambda told: json.dumps({**told, "keys": {"300": told["keys"]["1"]}, "current": 300}),
        lambda told: json.dumps({key: told[key] for key in ("current", "keys")}),
    ],
)
def test_a_broken_ring_is_named_without_a_key_in_the_words(ring_file, change):
    told = json.loads(new_ring())
    with pytest.raises(ImproperlyConfigured) as refusal:
        parse(change(told), "var/keys.json")
    assert "Restore it from your backup" in str(refusal.value)
    assert refusal.value.__cause__ is None
    for one in (told["keys"]["1"]["key"], told["lookup"]["keys"]["1"]["key"]):
        assert one not in str(refusal.value)


def test_a_ring_never_prints_its_keys(ring_file):
    ring = key_ring()
    for secret in secrets_of(ring_file):
        assert secret not in repr(ring)
    for key in (ring.seal.by_number[1], ring.lookup.by_number[1]):
        assert repr(key.secret) not in repr(ring)


def test_a_ring_of_the_environment_is_read_and_not_written(ring_file, settings, tmp_path):
    settings.KEY_RING = new_ring()
    sealed = Sealed.of("x", "phone")
    with pytest.raises(Conflict) as refusal:
        exchange(newer)
    assert "--out" in str(refusal.value)
    out = tmp_path / "next.json"
    exchange(newer, out=out)
    assert out.stat().st_mode & 0o777 == 0o600
    settings.KEY_RING = out.read_text()
    assert sealed.reveal() == "x"
    assert Sealed.of("x", "phone").key == 2
    with pytest.raises(Conflict):
        exchange(newer, out=out)
    assert not ring_file.exists()


def test_the_ring_stays_whole_when_the_disk_is_full(ring_file, monkeypatch):
    key_ring()
    before = ring_file.read_text()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        exchange(newer)
    assert ring_file.read_text() == before
    assert sorted(path.name for path in ring_file.parent.iterdir()) == ["keys.json", "keys.json.lock"]
