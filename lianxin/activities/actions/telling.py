"""Telling those invited: in their inbox and, by their own choice, further; in the transaction of the act."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.activities import messages
from lianxin.activities.models import Activity, Participant
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import SHANGHAI
from lianxin.messaging.facade import MessageKind, secretaries_of, send

WHAT = {
    "starts_at": gettext_lazy("the time"),
    "ends_at": gettext_lazy("the time"),
    "place": gettext_lazy("the place"),
    "room": gettext_lazy("the room"),
    "online_link": gettext_lazy("the link of the video meeting"),
    "agenda": gettext_lazy("the agenda"),
}


def when_and_where(activity: Activity) -> str:
    """The time and place of an activity in one line."""
    begins, ends = activity.starts_at.astimezone(SHANGHAI), activity.ends_at.astimezone(SHANGHAI)
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return " · ".join(part for part in (f"{begins:%Y-%m-%d %H:%M}–{until}", activity.place) if part)


def own_link(activity: Activity) -> str:
    """Where a member sees the activity."""
    return reverse("own_activities:detail", args=[activity.pk])


def tell(
    actor: Actor,
    kind: MessageKind,
    activity: Activity,
    members: Iterable[UUID],
    *,
    title: str,
    text: str,
    at: datetime,
    key: str = "",
) -> None:
    """Send one message about the activity to members."""
    send(
        actor,
        kind,
        to_members=list(members),
        title=title[:120],
        text=text,
        link=own_link(activity),
        organisation=activity.organisation_id,
        organisation_path=activity.organisation_path,
        subject=activity.pk,
        at=at,
        key=key,
    )


def tell_staff(
    actor: Actor,
    kind: MessageKind,
    activity: Activity,
    organisations: Iterable[UUID],
    *,
    title: str,
    text: str,
    at: datetime,
) -> None:
    """Send one message about the activity to the secretaries of organisations."""
    wanted = [one for one in secretaries_of(organisations) if one != actor.account_id]
    if wanted:
        send(
            actor,
            kind,
            to_accounts=wanted,
            title=title[:120],
            text=text,
            link=activity.get_absolute_url(),
            organisation=activity.organisation_id,
            organisation_path=activity.organisation_path,
            subject=activity.pk,
            at=at,
        )


def invited_members(activity: Activity) -> list[UUID]:
    """Everybody who is invited and expected, or excused and coming all the same. One query."""
    with acting(Actor.system("whom a message about an activity goes to")):
        rows = Participant.objects.filter(Q(is_excused=False) | Q(reply=Participant.Reply.COMING), activity=activity.pk)
        return list(rows.values_list("member_id", flat=True))


def tell_changed(actor: Actor, activity: Activity, changed: Iterable[str], *, at: datetime) -> None:
    """Tell everybody invited what is different now."""
    words = list(dict.fromkeys(str(WHAT[name]) for name in changed))
    tell(
        actor,
        messages.CHANGED,
        activity,
        invited_members(activity),
        title=_("Changed: %(title)s") % {"title": activity.title},
        text=_("%(what)s changed. Now: %(now)s") % {"what": "、".join(words), "now": when_and_where(activity)},
        at=at,
    )
