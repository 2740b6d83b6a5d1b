import json
import time

import pytest
from django.urls import reverse

from lianxin.kernel.models import Event
from lianxin.members.facade import reveal
from lianxin.members.queries.own_data import FORMAT

PARTS = {
    "format", "made_at", "personal_data", "record", "restricted", "record_through_time", "memberships", "posts",
    "corrections", "requests", "consents", "looks", "events", "further",
}  # fmt: skip


@pytest.fixture
def me(cast, wang):
    cast.stranger.member_id = wang.id
    cast.stranger.save()
    return cast.client("stranger")


def signed_in(client, *, at):
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": at}]
    session.save()
    return client


def take(client, **given):
    return client.post(reverse("own:take"), {"format": "json", **given})


def test_the_file_has_its_stable_shape_and_is_masked_unless_asked(me, cast, wang):
    kept = json.loads(take(me).content)
    assert set(kept) == PARTS
    assert (kept["format"], kept["personal_data"]) == (FORMAT, "masked")
    assert kept["record"]["id_number"]["value"].startswith("9901*")
    assert kept["record"]["sex"]["words"] == "男性" or kept["record"]["sex"]["value"] == "1"
    assert kept["memberships"][0]["organisation"] == cast.willow.name
    assert set(kept["record_through_time"][0]) == {"from", "until", "recorded_at", "replaced_at", "facts"}
    assert [one["kind"] for one in kept["events"]] == ["members.added"]
    assert wang.id_number.reveal() not in json.dumps(kept)
    event = Event.objects.get(kind="members.own_data_taken")
    assert (event.subject_id, event.data) == (wang.id, {"clear": False})


def test_in_clear_only_after_confirming_who_one_is(me, wang, settings):
    refused = take(signed_in(me, at=0), clear="yes")
    assert refused.status_code == 302
    assert refused["Location"].startswith(reverse("account_reauthenticate"))
    assert not Event.objects.filter(kind="members.own_data_taken").exists()
    answer = take(signed_in(me, at=time.time()), clear="yes")
    kept = json.loads(answer.content)
    assert kept["record"]["id_number"]["value"] == wang.id_number.reveal()
    assert kept["record"]["home_address"]["value"] == "北宋镇柳树村12号"
    assert answer["Cache-Control"] == "private, no-store"
    assert wang.id_number.reveal() not in str(list(Event.objects.values()))
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_the_printed_page_says_the_same(me, wang):
    page = me.post(reverse("own:take"), {"format": "print"}).content.decode()
    assert "王建国" in page
    assert "9901**********" in page
    assert wang.id_number.reveal() not in page
    assert me.post(reverse("own:take"), {"format": "exe"}).status_code == 404
    assert me.get(reverse("own:take")).status_code == 405


def test_a_look_stands_on_the_page_at_once(me, cast, wang, at):
    assert "通知开会" not in me.get(reverse("own:data")).content.decode()
    reveal(cast.actor("secretary"), member=wang.id, field="mobile", reason="通知开会", at=at)
    page = me.get(reverse("own:data")).content.decode()
    assert "通知开会" in page
    assert json.loads(take(me).content)["looks"][0]["why"] == "通知开会"


def test_who_has_no_record_is_told_so(cast, wang):
    client = cast.client("secretary")
    assert client.get(reverse("own:data")).status_code == 200
    assert "王建国" not in client.get(reverse("own:data")).content.decode()
    assert take(client).status_code == 404
    assert not Event.objects.filter(kind="members.own_data_taken").exists()
