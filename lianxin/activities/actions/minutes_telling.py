"""Telling whoever sees to a resolution that it is theirs now."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.activities.messages import TASK
from lianxin.activities.models import Activity, Resolution
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import send
from lianxin.rules.facade import shown_date

LONGEST_NAMED = 80


def tell_owner(actor: Actor, resolution: Resolution, activity: Activity, *, at: datetime, again: bool = False) -> None:
    """Tell the member once that the task is theirs; `again` where a settled one was opened anew.

    A draft tells nobody: what stands in it may be taken out before anybody has to do it. Whoever gives themselves
    something to do is not told.
    """
    if actor.member_id is not None and actor.member_id == resolution.owner_id:
        return
    short = resolution.text if len(resolution.text) <= LONGEST_NAMED else f"{resolution.text[:LONGEST_NAMED]}…"
    facts = {
        "text": resolution.text,
        "title": activity.title,
        "day": shown_date(day_of(activity.starts_at)),
        "due": shown_date(resolution.due_on),
        "short": short,
    }
    title = _("Open again: %(short)s") if again else _("To be done until %(due)s: %(short)s")
    said = _("“%(title)s” of %(day)s gave you this to do until %(due)s: %(text)s") % facts
    send(
        actor,
        TASK,
        to_members=[resolution.owner_id],
        title=title % facts,
        text=said,
        link=reverse("own_activities:minutes_settle", args=[resolution.pk]),
        organisation=resolution.organisation_id,
        organisation_path=resolution.organisation_path,
        subject=resolution.pk,
        at=at,
        key=f"activities.task:{resolution.pk}" + (f":{at.isoformat()}" if again else ""),
    )
