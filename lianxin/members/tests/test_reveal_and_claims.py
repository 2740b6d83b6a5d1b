from datetime import timedelta

import pytest

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.web.actors import actor_of
from lianxin.members.actions.claims import MOST_FAILURES
from lianxin.members.actions.coming import take_effect
from lianxin.members.actions.facts import correct, update
from lianxin.members.actions.rights import accept_right, ask_for_right, end_own_request
from lianxin.members.facade import claim, decease, issue_codes, reveal
from lianxin.members.models import ClaimCode, Member
from lianxin.members.queries.own import looks_at

GOOD = "Reed-boat-2026"


def test_looks_are_counted_and_stop_at_the_limit(cast, wang, at, settings):
    settings.MEMBER_REVEALS_A_DAY = 2
    secretary = cast.actor("secretary")
    for _look in range(2):
        assert reveal(secretary, member=wang.id, field="mobile", reason="通知开会", at=at) == "12000000001"
    with pytest.raises(Conflict):
        reveal(secretary, member=wang.id, field="mobile", reason="通知开会", at=at)
    assert Event.objects.filter(kind="members.revealed").count() == 2
    assert reveal(secretary, member=wang.id, field="mobile", reason="通知开会", at=at + timedelta(days=1))


def test_the_member_sees_who_looked_and_why(cast, wang, at):
    reveal(cast.actor("secretary"), member=wang.id, field="mobile", reason="通知开会", at=at)
    (look,) = looks_at(wang)
    assert (look.who, look.why) == ("secretary", "通知开会")


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible), ("outsider", NotVisible)]
)
def test_who_may_not_look_sees_nothing(cast, wang, at, who, refusal):
    with pytest.raises(refusal):
        reveal(cast.actor(who), member=wang.id, field="mobile", reason="通知开会", at=at)
    assert not Event.objects.filter(kind="members.revealed").exists()


@pytest.mark.parametrize("field", ["name", "version", "account"])
def test_only_personal_facts_are_revealed(cast, wang, at, field):
    with pytest.raises(InvalidInput):
        reveal(cast.actor("secretary"), member=wang.id, field=field, reason="通知开会", at=at)


@pytest.fixture
def code(cast, wang, at):
    return issue_codes(cast.actor("secretary"), members=[wang.id], at=at)[0].code


def claimed(code, at, **given):
    words = {"name": "王建国", "number": "12000000001", "code": code, "username": "wang.jg", "password": GOOD} | given
    return claim(**words, at=at)


def test_a_code_opens_an_account_once(cast, wang, at, code):
    account = claimed(code, at)
    assert account.check_password(GOOD)
    assert (account.name, account.member_id) == ("王建国", wang.id)
    assert bytes(account.phone_digest) == bytes(Member.objects.get(id=wang.id).mobile_digest)
    assert Member.objects.get(id=wang.id).account_id == account.id
    with pytest.raises(InvalidInput):
        claimed(code, at, username="wang.two")
    assert Account.objects.filter(username="wang.two").count() == 0


def test_the_code_may_be_typed_in_small_letters_with_a_blank(wang, at, code):
    assert claimed(f"{code[:5]} {code[5:]}".lower(), at)


@pytest.mark.parametrize("shown", ["mobile_masked", "id_number_masked", "birth_date"])
def test_what_staff_read_beside_the_code_is_not_enough(wang, at, code, shown):
    """The slip is printed by somebody who sees the name and the masks; the member's account is not theirs to open."""
    seen = str(getattr(wang, shown))
    for number in (seen, seen[-4:], wang.id_number.reveal()):
        with pytest.raises(InvalidInput):
            claimed(code, at, number=number)
    assert not Account.objects.filter(username="wang.jg").exists()


def test_without_a_mobile_the_identity_number_counts(cast, wang, at, code):
    number = wang.id_number.reveal()
    correct(cast.actor("secretary"), member=wang.id, changes={"mobile": ""}, reason="没有手机", at=at)
    for wrong in ("", "12000000001", number[:-1]):
        with pytest.raises(InvalidInput):
            claimed(code, at, number=wrong)
    assert claimed(code, at, number=f"{number[:6]} {number[6:14]} {number[14:]}".lower()).phone is None


def test_the_code_itself_is_not_kept(wang, code):
    row = ClaimCode.objects.get()
    assert code.encode() not in bytes(row.code_digest)


def test_every_failure_sounds_the_same(cast, wang, zhang, at, code):
    said = set()
    for given in ({"name": "不存在"}, {"name": "张秀英"}, {"number": "12000000009"}, {"code": "AAAAAAAAAA"}):
        with pytest.raises(InvalidInput) as refusal:
            claimed(given.pop("code", code), at, **given)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_after_some_failures_the_code_is_void(wang, at, code):
    for _try in range(MOST_FAILURES):
        with pytest.raises(InvalidInput):
            claimed(code, at, number="12000000009")
    with pytest.raises(InvalidInput):
        claimed(code, at)
    assert Member.objects.get(id=wang.id).account_id is None


def test_a_code_expires(wang, at, code):
    with pytest.raises(InvalidInput):
        claimed(code, at + timedelta(days=14, seconds=1))
    assert claimed(code, at + timedelta(days=13))


def test_a_new_code_voids_the_one_before(cast, wang, at, code):
    issue_codes(cast.actor("secretary"), members=[wang.id], at=at + timedelta(minutes=1))
    with pytest.raises(InvalidInput):
        claimed(code, at + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "clerk"}, "username"),
        ({"username": "王"}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "Ab-12000000001"}, "password"),  # the mobile  # pragma: allowlist secret
    ],
)
def test_a_bad_name_or_password_leaves_the_code_good(cast, wang, at, code, given, field):
    with pytest.raises(InvalidInput) as refusal:
        claimed(code, at, **given)
    assert field in refusal.value.fields
    assert claimed(code, at)


@pytest.mark.parametrize(("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible)])
def test_only_staff_above_hands_out_codes(cast, wang, at, who, refusal):
    with pytest.raises(refusal):
        issue_codes(cast.actor(who), members=[wang.id], at=at)
    assert not ClaimCode.objects.exists()


def test_the_dead_get_no_code(cast, wang, at, today):
    decease(cast.actor("clerk"), member=wang.id, since=today, at=at)
    with pytest.raises(Conflict):
        issue_codes(cast.actor("clerk"), members=[wang.id], at=at)


def test_the_claim_page_signs_in(client, wang, code):
    answer = client.post(
        "/claim/",
        {
            "code": code,
            "name": "王建国",
            "number": "+86 120 0000 0001",
            "username": "wang.jg",
            "password": GOOD,
            "again": GOOD,
        },
    )
    assert (answer.status_code, answer.url) == (302, "/me/")
    assert "王建国" in client.get("/me/").content.decode()


def phone_of(account):
    account.refresh_from_db()
    assert (account.phone is None) == (account.phone_digest is None)
    return account.phone.reveal() if account.phone else None


def test_the_account_follows_the_mobile_of_the_record(cast, wang, zhang, at, code):
    account, secretary = claimed(code, at), cast.actor("secretary")
    correct(secretary, member=wang.id, changes={"mobile": "12000000099"}, reason="换号", at=at)
    assert phone_of(account) == "12000000099"
    assert bytes(account.phone_digest) == bytes(Member.objects.get(id=wang.id).mobile_digest)
    correct(secretary, member=wang.id, changes={"mobile": ""}, reason="停用", at=at + timedelta(seconds=1))
    assert phone_of(account) is None


def test_a_mobile_that_another_account_has_stays_with_it(cast, wang, zhang, at, code):
    account = claimed(code, at)
    other = issue_codes(cast.actor("clerk"), members=[zhang.id], at=at)[0].code
    second = claimed(other, at, name="张秀英", number="12000000002", username="zhang.xy")
    for number in ("12000000001", "12000000077"):
        correct(cast.actor("clerk"), member=zhang.id, changes={"mobile": number}, reason="换号", at=at)
        assert phone_of(account) == "12000000001"
        assert phone_of(second) == (number if number != "12000000001" else None)


def test_a_restricted_or_deleted_mobile_leaves_the_account(cast, wang, at, code):
    account, secretary = claimed(code, at), cast.actor("secretary")
    me = actor_of(account)
    asked = ask_for_right(me, kind="restrict", field="mobile", reason="不愿公开", at=at)
    assert phone_of(account) == "12000000001"
    accept_right(secretary, request=asked.id, at=at)
    assert phone_of(account) is None
    correct(secretary, member=wang.id, changes={"mobile": "12000000099"}, reason="换号", at=at)
    assert phone_of(account) is None
    end_own_request(me, request=asked.id, at=at)
    assert phone_of(account) == "12000000099"
    asked = ask_for_right(me, kind="delete", field="mobile", reason="不愿保存", at=at)
    accept_right(secretary, request=asked.id, at=at)
    assert phone_of(account) is None


def test_a_change_for_a_coming_day_reaches_the_account_on_that_day(cast, wang, at, today, code):
    account = claimed(code, at)
    coming = today + timedelta(days=3)
    update(cast.actor("secretary"), member=wang.id, changes={"mobile": "12000000055"}, since=coming, at=at)
    assert phone_of(account) == "12000000001"
    take_effect(at=at + timedelta(days=3))
    assert phone_of(account) == "12000000055"
