from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.actions import consents
from lianxin.members.actions.consents import (
    give_consent,
    record_paper_consent,
    record_paper_withdrawal,
    withdraw_consent,
)
from lianxin.members.actions.facts import correct
from lianxin.members.actions.rights import accept_right, ask_for_right
from lianxin.members.models import Consent, Member, RightsRequest
from lianxin.members.queries.rights import standings, unconsented
from lianxin.rules.facade import consent_text


@pytest.fixture
def member(wang):
    return Actor(name="王建国", member_id=wang.id)


@pytest.fixture
def digest(today):
    return consent_text("hardship", on=today).digest


def kinds():
    return list(Event.objects.filter(kind__contains="consent").order_by("id").values_list("kind", flat=True))


def test_a_consent_keeps_version_and_digest_of_its_words(member, digest, at):
    given = give_consent(member, text="hardship", digest=digest, at=at)
    assert (given.version, given.digest, given.given_by) == ("1", digest, "王建国")
    event = Event.objects.get(kind="members.consented")
    assert event.data["digest"] == digest
    with pytest.raises(Conflict):
        give_consent(member, text="hardship", digest=digest, at=at)
    assert kinds() == ["members.consented"]


def test_consent_to_words_that_were_not_read_is_refused(member, at):
    with pytest.raises(Conflict):
        give_consent(member, text="hardship", digest="0" * 64, at=at)
    with pytest.raises(InvalidInput):
        give_consent(member, text="nonsense", digest="", at=at)
    assert not Consent.objects.exists()


def test_withdrawing_restricts_what_it_was_about_and_giving_again_lifts_it(member, wang, digest, at):
    with pytest.raises(Conflict):
        withdraw_consent(member, text="hardship", at=at)
    give_consent(member, text="hardship", digest=digest, at=at)
    withdraw_consent(member, text="hardship", at=at + timedelta(seconds=1))
    assert Member.objects.get(id=wang.id).restricted == ["is_in_hardship"]
    give_consent(member, text="hardship", digest=digest, at=at + timedelta(seconds=2))
    assert Member.objects.get(id=wang.id).restricted == []
    assert kinds() == ["members.consented", "members.consent_withdrawn", "members.consented"]


def test_withdrawing_settles_a_restriction_that_waits(cast, member, wang, digest, at):
    give_consent(member, text="hardship", digest=digest, at=at)
    waiting = ask_for_right(member, kind="restrict", field="is_in_hardship", reason="不愿公开", at=at)
    withdraw_consent(member, text="hardship", at=at + timedelta(seconds=1))
    (only,) = RightsRequest.objects.all()
    assert (only.id, only.state, only.by_consent) == (waiting.id, "accepted", "hardship")
    assert Member.objects.get(id=wang.id).restricted == ["is_in_hardship"]
    assert Event.objects.filter(kind="members.right_decided").count() == 1
    with pytest.raises(Conflict):
        accept_right(cast.actor("secretary"), request=waiting.id, at=at + timedelta(seconds=2))
    give_consent(member, text="hardship", digest=digest, at=at + timedelta(seconds=3))
    assert Member.objects.get(id=wang.id).restricted == []


def test_a_new_wording_asks_anew(member, wang, digest, at, today):
    give_consent(member, text="hardship", digest=digest, at=at)
    Consent.objects.update(digest="f" * 64)
    (standing,) = [one for one in standings(wang.id, on=today) if one.text.id == "hardship"]
    assert standing.is_of_an_earlier_wording
    give_consent(member, text="hardship", digest=digest, at=at + timedelta(seconds=1))
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_a_sensitive_fact_without_consent_is_a_warning_not_a_refusal(cast, member, wang, digest, at, today):
    found = correct(cast.actor("secretary"), member=wang.id, changes={"is_in_hardship": True}, reason="走访", at=at)
    assert [one.text.id for one in unconsented(found, standings(wang.id, on=today))] == ["hardship"]
    page = cast.client("secretary").get(reverse("members:detail", args=[wang.id])).content.decode()
    assert "没有有效的同意" in page
    give_consent(member, text="hardship", digest=digest, at=at)
    assert not unconsented(found, standings(wang.id, on=today))


def test_a_paper_needs_its_day_and_its_place(cast, wang, at, today):
    secretary = cast.actor("secretary")
    wrong = [
        {"document_no": " "},
        {"signed_on": today + timedelta(days=1)},
        {"signed_on": today - timedelta(days=9999)},
    ]
    for one in wrong:
        with pytest.raises(InvalidInput):
            record_paper_consent(
                secretary,
                **{"member": wang.id, "text": "hardship", "signed_on": today, "document_no": "档-12", "at": at, **one},
            )
    assert not Consent.objects.exists()
    given = record_paper_consent(
        secretary, member=wang.id, text="hardship", signed_on=today, document_no="档-12", at=at
    )
    assert (given.is_paper, given.given_by, given.document_no) == (True, "secretary", "档-12")
    with pytest.raises(InvalidInput):
        record_paper_withdrawal(secretary, member=wang.id, text="hardship", document_no="", at=at)
    record_paper_withdrawal(secretary, member=wang.id, text="hardship", document_no="档-13", at=at)
    assert Consent.objects.get().withdrawal_document_no == "档-13"


def test_an_older_paper_does_not_undo_a_withdrawal(cast, member, wang, digest, at, today):
    give_consent(member, text="hardship", digest=digest, at=at)
    withdraw_consent(member, text="hardship", at=at + timedelta(seconds=1))
    paper = {"member": wang.id, "text": "hardship", "document_no": "档-12", "at": at + timedelta(seconds=2)}
    with pytest.raises(InvalidInput) as refusal:
        record_paper_consent(cast.actor("secretary"), signed_on=today - timedelta(days=1), **paper)
    assert list(refusal.value.fields) == ["signed_on"]
    assert Member.objects.get(id=wang.id).restricted == ["is_in_hardship"]
    record_paper_consent(cast.actor("secretary"), signed_on=today, **paper)
    assert Member.objects.get(id=wang.id).restricted == []


def test_a_paper_under_earlier_words_replaces_no_newer_consent(cast, member, wang, digest, at, today, monkeypatch):
    given = give_consent(member, text="hardship", digest=digest, at=at)
    Consent.objects.update(version="2", digest="f" * 64)

    def with_second(text, version="", *, on=None):
        found = consent_text(text, "" if version == "2" else version, on=on)
        return replace(found, version="2", valid_from=today) if version == "2" else found

    monkeypatch.setattr(consents, "consent_text", with_second)
    with pytest.raises(InvalidInput) as refusal:
        record_paper_consent(
            cast.actor("secretary"),
            member=wang.id,
            text="hardship",
            signed_on=today - timedelta(days=1),
            document_no="档-12",
            at=at + timedelta(seconds=1),
        )
    assert list(refusal.value.fields) == ["signed_on"]
    assert Consent.objects.get(withdrawn_at__isnull=True).id == given.id


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible), ("outsider", NotVisible)]
)
def test_only_staff_above_records_a_paper(cast, wang, at, today, who, refusal):
    with pytest.raises(refusal):
        record_paper_consent(
            cast.actor(who), member=wang.id, text="hardship", signed_on=today, document_no="档-12", at=at
        )
    assert not kinds()


def test_the_pages(cast, wang, digest, today):
    cast.stranger.member_id = wang.id
    cast.stranger.save()
    me, secretary = cast.client("stranger"), cast.client("secretary")
    page = reverse("own:consent", args=["hardship"])
    assert "敏感个人信息" in me.get(page).content.decode()
    assert me.get(reverse("own:consent", args=["nonsense"])).status_code == 404
    me.post(page, {"decision": "give", "digest": digest})
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1
    me.post(page, {"decision": "withdraw"})
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()
    paper = reverse("members:consent", args=[wang.id, "hardship"])
    assert cast.client("sibling").get(paper).status_code == 404
    assert secretary.post(paper, {"signed_on": "", "document_no": ""}).status_code == 422
    assert secretary.post(paper, {"signed_on": today.isoformat(), "document_no": "档-12"}).status_code == 302
    assert secretary.get(paper).status_code == 200
