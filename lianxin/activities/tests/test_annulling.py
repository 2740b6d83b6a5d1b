"""A record that is annulled leaves nothing behind that counts on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.holding import annul
from lianxin.activities.actions.minutes import confirm_minutes
from lianxin.activities.actions.resolution import add_resolution, finish_resolution, reopen_resolution
from lianxin.activities.models import Resolution
from lianxin.activities.queries.document import checked
from lianxin.activities.queries.evidence import year_of
from lianxin.activities.queries.ledger import resolutions_between
from lianxin.activities.queries.resolution import own_resolutions, resolutions_before
from lianxin.activities.tests.minutes_meeting import another, hold, written
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of


@pytest.fixture
def confirmed(cast, at):
    """A meeting with two resolutions of its second member, one of them carried out."""
    first, secretary = hold(cast, at - timedelta(days=1)), cast.actor("secretary")
    item = written(cast, first).items.first()
    due = day_of(at) + timedelta(days=9)
    made = [
        add_resolution(secretary, item=item.pk, text=text, owner=first.members[1].pk, due_on=due, at=first.at)
        for text in ("修路", "通水")
    ]
    confirm_minutes(secretary, activity=first.activity.pk, at=first.at)
    finish_resolution(secretary, resolution=made[1].pk, note="完成", at=first.at)
    return first


def test_what_it_resolved_is_no_task_and_stands_in_no_ledger(cast, confirmed, at, today):
    owner, following = confirmed.signed_in(1), another(cast, at, confirmed.members)
    with acting(owner):
        assert len(own_resolutions(owner)) == 1
    assert len(resolutions_before(following.activity)) == 2
    annul(cast.actor("secretary"), activity=confirmed.activity.pk, reason="记录有误", at=at)
    with acting(owner):
        assert own_resolutions(owner) == []
    day = day_of(confirmed.activity.starts_at)
    assert resolutions_between(cast.willow.id, day - timedelta(days=2), today) == []
    assert resolutions_before(following.activity) == []
    assert year_of(confirmed.members[1].pk, day.year).resolutions == []
    gone = Resolution.objects.get(text="修路")
    assert (gone.state, gone.note, gone.settled_at) == ("taken_back", "该次会议记录已作废。", at)
    assert Resolution.objects.get(text="通水").state == "done"
    assert Event.objects.filter(kind="activities.resolution_taken_back").count() == 1
    with pytest.raises(Conflict):
        reopen_resolution(cast.actor("secretary"), resolution=gone.pk, at=at)
    gone.refresh_from_db()
    assert gone.state == "taken_back"


def test_its_check_page_says_so(cast, client, confirmed, at):
    code = confirmed.minutes.code
    address = reverse("own_activities:check", args=[code])
    assert checked(code).annulled_at is None
    assert "作废" not in client.get(address).content.decode()
    annul(cast.actor("secretary"), activity=confirmed.activity.pk, reason="记录有误", at=at)
    assert checked(code).annulled_at == at
    page = client.get(address).content.decode()
    assert "已作废" in page
    assert "已确认并锁定" not in page
