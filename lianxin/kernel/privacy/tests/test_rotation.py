"""Rotation over the real tables: members, their history, imports, second factors, files."""

import base64
import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from lianxin.files.models import Import, ImportCorrection, StoredFile
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.models import Event
from lianxin.kernel.privacy import rotating
from lianxin.kernel.privacy.files import key_of_file, seal_file, sealed_chunks
from lianxin.kernel.privacy.jobs import rotate_keys
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.privacy.models import Rotation, RotationStep
from lianxin.kernel.privacy.places import FILES, count_use, places
from lianxin.kernel.privacy.rotating import advance
from lianxin.kernel.privacy.rotation import add_keys, begin, present_rotation, proceed, retire
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.privacy.tests.conftest import secrets_of
from lianxin.kernel.time import now
from lianxin.members.actions.adding import add
from lianxin.members.models import ClaimCode, CorrectionRequest, Member, MemberRecord
from lianxin.members.queries.search import search
from lianxin.members.tests.conftest import enter, facts, id_number  # noqa: F401 - enter is a fixture

SYSTEM = Actor.system("tests")
LATER = timedelta(minutes=5)


@pytest.fixture
def ring(ring_file, monkeypatch):
    monkeypatch.setattr(rotating, "PAUSE", 0.0)
    return ring_file


@pytest.fixture
def people(ring, cast, enter, at, today):  # noqa: F811 - the fixture
    """Five members, with everything sealed that the product seals."""
    members = [
        enter(name=f"王{one}", id_number=id_number("19700101", f"{one:03d}"), mobile=f"1200000000{one}")
        for one in range(1, 6)
    ]
    wanted = Sealed.of("12000000099", "phone").text
    CorrectionRequest.objects.create(
        member=members[0], organisation_path="x", field="mobile", wanted=wanted, reason="换号", asked_at=at
    )
    cast.secretary.phone, cast.secretary.phone_digest = "12000000001", digest_of("phone", "12000000001")
    cast.secretary.save()
    Authenticator.objects.create(
        user=cast.secretary, type=Authenticator.Type.TOTP, data={"secret": Sealed.of("JBSWY3DP", "second_factor").text}
    )
    file = StoredFile.objects.create(
        id=new_id(), name="a.xlsx", size=1, sha256="x", stored_at=at, stored_by=cast.clerk.pk
    )
    run = Import.objects.create(
        kind="members", organisation=cast.willow, file=file, account=cast.clerk, password="geheim", created_at=at
    )
    ImportCorrection.objects.create(run=run, sheet="a", row=1, column="mobile", value="12000000098")
    return members


@pytest.fixture
def file(settings, ring):
    path = settings.MEDIA_ROOT / "aa" / str(new_id())
    seal_file([b"x" * 3_000_000, b"y"], path)
    return path


def rotated(*, lookup=True, cipher="sm4-gcm"):
    ring = add_keys(SYSTEM, cipher=cipher, lookup=lookup, at=now())
    lookup_key = ring.lookup.newest if lookup else ring.lookup.current
    return begin(SYSTEM, seal_key=ring.seal.newest, lookup_key=lookup_key, at=now())


def finish():
    assert proceed(SYSTEM, at=now)
    return present_rotation()


def test_every_place_with_sealed_values_is_found(db):
    found = {one.name: one for one in places()}
    assert {"members.Member", "organisations.Organisation", "files.Import", "files.ImportCorrection",
            "accounts.Account"} <= {name for name, one in found.items() if one.sealed}  # fmt: skip
    assert {"members.MemberRecord", "members.CorrectionRequest", "files.ImportFinding", "mfa.Authenticator"} <= {
        name for name, one in found.items() if one.texts
    }
    assert {"members.Member", "members.ClaimCode", "accounts.Account"} <= {
        name for name, one in found.items() if one.digests
    }


def test_everything_is_brought_under_the_new_keys_and_stays_what_it_was(people, cast, file):
    rotated()
    assert Sealed.of("x", "phone").key == 2
    done = finish()
    assert (done.left, done.seal_key, done.lookup_key) == (0, 2, 2)
    use = count_use(at=now())
    assert set(use.seal) == {2}
    assert set(use.lookup) == {2}
    member = Member.objects.get(id=people[0].id)
    assert member.id_number.reveal() == id_number("19700101", "001")
    assert member.home_address.reveal() == "北宋镇柳树村12号"
    assert bytes(member.id_number_digest) == digest_of("id_number", id_number("19700101", "001"))
    facts_now = MemberRecord.objects.get(member=member).facts
    assert Sealed.from_text(facts_now["mobile"], "phone").reveal() == "12000000001"
    assert facts_now["name"] == "王1"
    assert Sealed.from_text(CorrectionRequest.objects.get().wanted, "phone").reveal() == "12000000099"
    assert Sealed.from_text(Authenticator.objects.get().data["secret"], "second_factor").reveal() == "JBSWY3DP"
    assert Import.objects.get().password.reveal() == "geheim"
    assert ImportCorrection.objects.get().value.reveal() == "12000000098"
    assert bytes(Account.objects.get(pk=cast.secretary.pk).phone_digest) == digest_of("phone", "12000000001")
    assert key_of_file(file) == 2
    assert b"".join(sealed_chunks(file)) == b"x" * 3_000_000 + b"y"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_versions_and_times_of_records_stay(people):
    before = list(Member.objects.order_by("id").values_list("version", "updated_at"))
    rotated()
    finish()
    assert list(Member.objects.order_by("id").values_list("version", "updated_at")) == before


def test_a_killed_rotation_goes_on_where_it_was(people, monkeypatch):
    monkeypatch.setattr(rotating, "BATCH", 2)
    rotated()
    step = RotationStep.objects.get(place="members.Member")
    assert not advance(step.pk, at=now())
    step.refresh_from_db()
    assert (step.rows, step.total, step.at) == (2, 5, str(sorted(one.id for one in people)[1]))

    class Killed(BaseException):
        pass

    def killed(*_given):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(rotating, "_write", killed)
        with pytest.raises(Killed):
            advance(step.pk, at=now())
    step.refresh_from_db()
    assert step.rows == 2
    finish()
    assert set(count_use(at=now()).seal) == {2}
    step.refresh_from_db()
    assert (step.rows, step.rounds) == (5, 1)


def test_the_worker_goes_on_each_minute(people):
    rotated()
    rotate_keys(0)
    assert present_rotation().finished_at is not None
    rotate_keys(0)
    assert Rotation.objects.count() == 1


def test_an_edit_that_came_between_is_not_overwritten(people, monkeypatch):
    rotated()
    write = rotating._write

    def edited_first(place, rows):
        if place.name == "members.Member":
            fresh, digest = Sealed.of("12000000077", "phone").blob, digest_of("phone", "12000000077")
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE members_member SET mobile = %s, mobile_digest = %s WHERE id = %s",
                    [fresh, digest, people[0].id],
                )
        write(place, rows)

    monkeypatch.setattr(rotating, "_write", edited_first)
    finish()
    member = Member.objects.get(id=people[0].id)
    assert member.mobile.reveal() == "12000000077"
    assert bytes(member.mobile_digest) == digest_of("phone", "12000000077")
    assert member.id_number.key == 2


def test_a_value_written_under_the_old_key_behind_the_walk_is_fetched_in_another_round(people, monkeypatch):
    late = Sealed.of("12000000066", "phone").blob
    rotated()
    end, calls = rotating._end_of_round, []

    def late_first(place, step, *, at):
        if place is not None and place.name == "members.Member" and not calls:
            calls.append(1)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE members_member SET landline = %s WHERE id = %s", [late, people[0].id])
        end(place, step, at=at)

    monkeypatch.setattr(rotating, "_end_of_round", late_first)
    finish()
    landline = Member.objects.get(id=people[0].id).landline
    assert (landline.key, landline.reveal()) == (2, "12000000066")
    assert RotationStep.objects.get(place="members.Member").rounds == 2


def test_while_keys_rotate_a_search_finds_old_and_new(people, cast, at, today, monkeypatch):
    monkeypatch.setattr(rotating, "BATCH", 2)
    rotated()
    step = RotationStep.objects.get(place="members.Member")
    for _batch in range(2):
        for one, member in enumerate(people, start=1):
            found = Member.objects.filter(search(id_number("19700101", f"{one:03d}"))).get()
            assert found.id == member.id
            assert Member.objects.filter(search(f"1200000000{one}")).get().id == member.id
        advance(step.pk, at=now())


def test_while_keys_rotate_nobody_is_entered_twice(people, cast, at, today):
    rotated()
    with pytest.raises(InvalidInput) as refusal:
        add(
            cast.actor("clerk"),
            organisation=cast.willow.id,
            facts=facts(name="李四", id_number=id_number("19700101", "001")),
            since=today,
            at=at,
        )
    assert "id_number" in refusal.value.fields
    assert Member.objects.count() == 5


def test_what_does_not_open_is_left_as_it_is_counted_and_keeps_its_key(people):
    broken = bytes(Member.objects.get(id=people[0].id).mobile.blob[:-1]) + b"\x00"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET mobile = %s WHERE id = %s", [broken, people[0].id])
    rotated()
    done = finish()
    assert done.left == 1
    assert bytes(Member.objects.get(id=people[0].id).mobile.blob) == broken
    assert Member.objects.get(id=people[0].id).id_number.key == 2
    with pytest.raises(Conflict) as refusal:
        retire(SYSTEM, key=1, lookup=False, at=now() + LATER)
    assert "1" in str(refusal.value)
    assert 1 in key_ring().seal.by_number


def test_a_digest_without_its_value_is_counted(people, cast):
    Account.objects.filter(pk=cast.clerk.pk).update(phone_digest=digest_of("phone", "12000000055"))
    rotated()
    assert finish().left == 1
    with pytest.raises(Conflict):
        retire(SYSTEM, key=1, lookup=True, at=now() + LATER)
    assert retire(SYSTEM, key=1, lookup=False, at=now() + LATER).seal.retired == (1,)


def test_a_claim_code_holds_its_look_up_key_until_it_expires(people, at):
    ClaimCode.objects.create(
        member=people[0], code_digest=digest_of("claim", "ABC"), issued_at=at, expires_at=at + timedelta(days=14)
    )
    rotated()
    assert finish().left == 0
    with pytest.raises(Conflict):
        retire(SYSTEM, key=1, lookup=True, at=now() + LATER)
    assert 1 not in retire(SYSTEM, key=1, lookup=True, at=now() + timedelta(days=15)).lookup.by_number


def test_a_key_is_retired_once_nothing_uses_it(people, file, ring):
    old = secrets_of(ring)[0]
    rotated()
    with pytest.raises(Conflict):
        retire(SYSTEM, key=1, lookup=False, at=now() + LATER)
    finish()
    with pytest.raises(Conflict, match="一分钟"):
        retire(SYSTEM, key=1, lookup=False, at=now())
    with pytest.raises(Conflict):
        retire(SYSTEM, key=2, lookup=False, at=now() + LATER)
    seal_file([b"late"], file.with_name(str(new_id())))
    retire(SYSTEM, key=1, lookup=False, at=now() + LATER)
    assert old not in ring.read_text()
    assert Member.objects.get(id=people[0].id).mobile.reveal() == "12000000001"


def test_a_file_under_the_old_key_holds_it(people, file, monkeypatch):
    rotated()
    finish()
    old = key_ring().ciphers[1]
    file.write_bytes(b"LXS1\x01" + b"whatever")
    assert old is not None
    with pytest.raises(Conflict):
        retire(SYSTEM, key=1, lookup=False, at=now() + LATER)


def test_a_file_removed_while_it_is_sealed_anew_stays_removed(db, file, ring, monkeypatch):
    rotated(lookup=False)
    read = sealed_chunks

    def removed(path):
        yield from read(path)
        path.unlink()

    monkeypatch.setattr("lianxin.kernel.privacy.files.sealed_chunks", removed)
    step = RotationStep.objects.get(place=FILES)
    assert advance(step.pk, at=now())
    assert not list(file.parent.iterdir())


@pytest.mark.django_db
def test_one_rotation_at_a_time(ring):
    rotated()
    with pytest.raises(Conflict):
        rotated()
    assert Rotation.objects.count() == 1


@pytest.mark.django_db
def test_a_process_with_another_ring_does_not_go_on(ring, settings, tmp_path):
    rotated()
    settings.KEY_RING_FILE = tmp_path / "other.json"
    with pytest.raises(Conflict):
        proceed(SYSTEM, at=now)


@pytest.mark.django_db
def test_the_acts_are_recorded_without_a_key(ring):
    first = secrets_of(ring) if ring.exists() else []
    rotated()
    finish()
    retire(SYSTEM, key=1, lookup=False, at=now() + LATER)
    events = list(Event.objects.filter(kind__startswith="privacy.").order_by("id"))
    assert [one.kind.removeprefix("privacy.") for one in events] == [
        "key_added",
        "rotation_begun",
        "rotation_finished",
        "key_retired",
    ]
    assert {one.actor_name for one in events} == {"tests"}
    told = json.dumps([[one.data, one.changes, one.reason] for one in events])
    for secret in [*first, *secrets_of(ring)]:
        assert secret not in told
        assert base64.b64decode(secret).hex() not in told


def test_the_page_shows_progress_to_the_security_administrator_only(people, cast, monkeypatch):
    monkeypatch.setattr(rotating, "BATCH", 2)
    rotated()
    advance(RotationStep.objects.get(place="members.Member").pk, at=now())
    client = cast.client("security_admin")
    page = client.get("/work/keys/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "sm4-gcm" in text
    for secret in key_ring().seal.by_number.values():
        assert base64.b64encode(secret.secret).decode() not in text
    told = client.get("/work/keys/progress/").json()
    assert (told["done"], told["state"]) == (2, "running")
    finish()
    assert client.get("/work/keys/progress/").json()["state"] == "done"
    for who in ("clerk", "secretary", "viewer"):
        assert cast.client(who).get("/work/keys/").status_code == 403


def test_the_queries_of_the_page_do_not_grow(ring, cast, django_assert_max_num_queries, db):
    for _time in range(3):
        rotated(lookup=False)
        finish()
    client = cast.client("security_admin")
    client.get("/work/keys/")
    with django_assert_max_num_queries(16):
        client.get("/work/keys/")
