from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.exports import export_source
from lianxin.kernel.models import Event
from lianxin.members.actions.facts import correct
from lianxin.members.actions.rights import accept_right, ask_for_right, decline_right, end_own_request
from lianxin.members.facade import ask_for_correction, asked, reveal
from lianxin.members.keeping import RECORD_TYPES
from lianxin.members.models import Member, MemberRecord, RightsRequest
from lianxin.members.queries.national_form import NATIONAL_FORM
from lianxin.members.queries.own import looks_at
from lianxin.members.queries.roster import PERSONAL_COLUMNS, ROSTER, search_members
from lianxin.rules.facade import add_working_days, in_force

WORD = "限制使用"


@pytest.fixture
def member(wang):
    return Actor(name="王建国", member_id=wang.id)


@pytest.fixture
def restrict(cast, member, at):
    def restrict(field):
        asked = ask_for_right(member, kind="restrict", field=field, reason="不愿公开", at=at)
        return accept_right(cast.actor("secretary"), request=asked.id, answer="同意", at=at)

    return restrict


def kinds():
    return list(Event.objects.filter(kind__startswith="members.right").order_by("id").values_list("kind", flat=True))


def test_a_request_has_a_due_day_by_the_rule(member, at, today):
    asked = ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    rule = in_force("privacy.request.answer_working_days", today)
    assert (rule.number, rule.confidence) == (15, "check")
    assert asked.due_on == add_working_days(today, 15)
    assert kinds() == ["members.right_asked"]
    assert Member.objects.get().restricted == []


def test_a_restriction_in_force_is_named_on_the_row_until_it_is_lifted(wang, member, restrict, at):
    asked = restrict("mobile")
    assert Member.objects.get().restricted == ["mobile"]
    with pytest.raises(Conflict):
        ask_for_right(member, kind="restrict", field="mobile", reason="再次", at=at)
    end_own_request(member, request=asked.id, at=at)
    assert Member.objects.get().restricted == []
    assert kinds() == ["members.right_asked", "members.right_decided", "members.right_lifted"]
    with pytest.raises(Conflict):
        end_own_request(member, request=asked.id, at=at)


def test_accepting_what_is_restricted_already_is_refused_with_a_sentence(cast, member, restrict, at):
    asked = ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    RightsRequest.objects.filter(id=asked.id).update(state="withdrawn")
    restrict("mobile")
    RightsRequest.objects.filter(id=asked.id).update(state="open")
    with pytest.raises(Conflict):
        accept_right(cast.actor("secretary"), request=asked.id, at=at)
    assert RightsRequest.objects.get(id=asked.id).state == "open"


def test_staff_neither_see_list_export_nor_find_what_is_restricted(cast, wang, restrict):
    restrict("mobile")
    restrict("home_address")
    row = Member.objects.select_related("organisation").get()
    shown = {column.key: column.value(row) for column in ROSTER.columns}
    assert (shown["mobile"], shown["home_address"]) == (WORD, WORD)
    assert {str(column.value(row)) for column in PERSONAL_COLUMNS if "mobile" in column.key} == {WORD}
    assert [str(column.value(row)) for column in NATIONAL_FORM if column.key in {"mobile", "home_address"}] == [
        WORD
    ] * 2
    assert search_members(cast.actor("secretary"), "12000000001") == []
    assert search_members(cast.actor("secretary"), "0001") == []
    for name in ("members:detail", "members:history", "members:correct", "members:roster"):
        url = reverse(name) if name == "members:roster" else reverse(name, args=[wang.id])
        text = cast.client("secretary").get(url).content.decode()
        assert WORD in text
        assert "120****0001" not in text
    assert export_source("members").personal == PERSONAL_COLUMNS


def test_what_is_not_personal_is_hidden_in_record_history_and_filters(cast, wang, restrict, at):
    correct(
        cast.actor("secretary"),
        member=wang.id,
        changes={"is_in_hardship": True, "workplace": "柳编厂"},
        reason="走访",
        at=at,
    )
    client = cast.client("secretary")
    roster = reverse("members:roster") + "?is_in_hardship=yes"
    assert "王建国" in client.get(roster).content.decode()
    restrict("is_in_hardship")
    restrict("workplace")
    assert "王建国" not in client.get(roster).content.decode()
    for name in ("members:detail", "members:history", "members:correct"):
        assert "柳编厂" not in client.get(reverse(name, args=[wang.id])).content.decode()


def test_looking_all_the_same_needs_a_ground_that_the_member_reads(cast, wang, restrict, at):
    restrict("mobile")
    secretary = cast.actor("secretary")
    with pytest.raises(Conflict):
        reveal(secretary, member=wang.id, field="mobile", reason="通知开会", at=at)
    with pytest.raises(InvalidInput):
        reveal(secretary, member=wang.id, field="mobile", reason="通知开会", override="curious", at=at)
    assert not looks_at(wang)
    assert (
        reveal(secretary, member=wang.id, field="mobile", reason="防汛转移", override="emergency", at=at)
        == "12000000001"
    )
    (look,) = looks_at(wang)
    assert look.why == "防汛转移"
    assert "紧急情况" in look.what


def test_a_restricted_plain_fact_is_opened_the_same_way_and_others_are_not_hidden(cast, wang, restrict, at):
    correct(cast.actor("secretary"), member=wang.id, changes={"workplace": "柳编厂"}, reason="走访", at=at)
    with pytest.raises(InvalidInput):
        reveal(cast.actor("secretary"), member=wang.id, field="workplace", reason="核对", override="duty", at=at)
    restrict("workplace")
    seen = reveal(cast.actor("secretary"), member=wang.id, field="workplace", reason="核对", override="duty", at=at)
    assert seen == "柳编厂"


@pytest.mark.parametrize("field", ["name", "id_number", "joined_on", "membership_status", "record", "nonsense"])
def test_what_party_rules_ask_for_cannot_be_restricted(member, at, field):
    with pytest.raises(InvalidInput):
        ask_for_right(member, kind="restrict", field=field, reason="不愿公开", at=at)
    assert not RightsRequest.objects.exists()
    assert not kinds()


def test_a_deletion_that_party_rules_forbid_gets_the_reason_as_proposed_answer(cast, member, wang, at):
    asked = ask_for_right(member, kind="delete", field="id_number", reason="不愿保存", at=at)
    page = cast.client("secretary").get(reverse("members:decide_right", args=[asked.id])).content.decode()
    assert "第四十七条" in page or "47" in page
    assert 'value="accept"' not in page
    with pytest.raises(Conflict):
        accept_right(cast.actor("secretary"), request=asked.id, at=at)
    assert RightsRequest.objects.get().state == "open"
    assert Member.objects.get().id_number.reveal() == wang.id_number.reveal()


def test_an_accepted_deletion_empties_the_fact_on_all_days(cast, member, wang, restrict, at):
    correct(cast.actor("secretary"), member=wang.id, changes={"mobile": "12000000088"}, reason="换号", at=at)
    restrict("mobile")
    asked = ask_for_right(member, kind="delete", field="mobile", reason="不愿保存", at=at)
    accept_right(cast.actor("secretary"), request=asked.id, at=at + timedelta(minutes=1))
    row = Member.objects.get()
    assert (row.mobile, row.mobile_masked, row.mobile_digest, row.restricted) == (None, "", None, [])
    assert {one.facts["mobile"] for one in MemberRecord.objects.all()} == {""}


def test_what_was_deleted_shows_in_no_history(cast, member, wang, at):
    """The log keeps what it held; no screen and no program shows it again."""
    clerk = cast.actor("secretary")
    correct(clerk, member=wang.id, changes={"workplace": "旧单位甲"}, reason="更正", at=at)
    correct(clerk, member=wang.id, changes={"workplace": "旧单位乙"}, reason="更正", at=at + timedelta(minutes=1))
    page = cast.client("secretary").get(wang.get_absolute_url()).content.decode()
    assert "旧单位甲" in page
    asked = ask_for_right(member, kind="delete", field="workplace", reason="不愿保存", at=at)
    accept_right(clerk, request=asked.id, at=at + timedelta(minutes=2))
    page = cast.client("secretary").get(wang.get_absolute_url()).content.decode()
    assert "旧单位" not in page
    page = cast.client("secretary").get(reverse("members:history", args=[wang.id])).content.decode()
    assert "旧单位" not in page
    kept = next(one for one in RECORD_TYPES if one.key == "members.requests")
    assert not kept.rows().filter(id=asked.id).exists(), "the retention run would bring it back"


def test_a_refusal_gives_its_reason(cast, member, at):
    asked = ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    with pytest.raises(InvalidInput):
        decline_right(cast.actor("secretary"), request=asked.id, answer=" ", at=at)
    assert RightsRequest.objects.get().state == "open"
    decline_right(cast.actor("secretary"), request=asked.id, answer="防汛联络需要", at=at)
    assert RightsRequest.objects.get().answer == "防汛联络需要"
    with pytest.raises(Conflict):
        accept_right(cast.actor("secretary"), request=asked.id, at=at)


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible), ("outsider", NotVisible)]
)
def test_only_staff_above_decides(cast, member, at, who, refusal):
    asked = ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    with pytest.raises(refusal):
        accept_right(cast.actor(who), request=asked.id, at=at)
    assert kinds() == ["members.right_asked"]


def test_nobody_decides_on_their_own_nor_ends_that_of_another(cast, member, wang, zhang, at):
    asked = ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    with pytest.raises(NotPermitted):
        accept_right(replace(cast.actor("secretary"), member_id=wang.id), request=asked.id, at=at)
    with pytest.raises(NotVisible):
        end_own_request(Actor(name="张秀英", member_id=zhang.id), request=asked.id, at=at)
    with pytest.raises(NotVisible):
        ask_for_right(replace(member, only=frozenset()), kind="restrict", field="landline", reason="x", at=at)


def test_the_pages_from_asking_to_the_answer(cast, wang):
    cast.stranger.member_id = wang.id
    cast.stranger.save()
    me, secretary = cast.client("stranger"), cast.client("secretary")
    ask = reverse("own:ask_right")
    assert me.get(ask).status_code == 200
    assert me.post(ask, {"kind": "restrict", "field": "name", "reason": "x"}).status_code == 422
    assert me.post(ask, {"kind": "restrict", "field": "mobile", "reason": "不愿公开"}).status_code == 302
    inbox = secretary.get(reverse("members:requests")).content.decode()
    assert "王建国" in inbox
    assert "王建国" not in cast.client("sibling").get(reverse("members:requests")).content.decode()
    request = RightsRequest.objects.get()
    decide = reverse("members:decide_right", args=[request.id])
    assert cast.client("sibling").get(decide).status_code == 404
    assert secretary.post(decide, {"decision": "decline", "answer": ""}).status_code == 422
    assert secretary.post(decide, {"decision": "accept", "answer": "同意"}).status_code == 302
    override = reverse("members:override", args=[wang.id, "mobile"])
    assert secretary.get(override).status_code == 200
    assert secretary.get(reverse("members:override", args=[wang.id, "landline"])).status_code == 404
    shown = secretary.post(override, {"override": "duty", "reason": "防汛"}).content.decode()
    assert "12000000001" in shown
    mine = me.get(reverse("own:data")).content.decode()
    assert "防汛" in mine
    assert me.post(reverse("own:end_right", args=[request.id])).status_code == 302
    assert Member.objects.get().restricted == []


def test_what_waits_is_counted_in_one_query(cast, member, at, django_assert_num_queries):
    ask_for_correction(member, field="native_place", wanted="山东利津", reason="漏填", at=at)
    ask_for_right(member, kind="restrict", field="mobile", reason="不愿公开", at=at)
    secretary, sibling, stranger = (cast.actor(who) for who in ("secretary", "sibling", "stranger"))
    with django_assert_num_queries(2):
        assert (asked(secretary).count(), asked(sibling).count(), asked(stranger).count()) == (2, 0, 0)
