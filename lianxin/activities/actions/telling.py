"""Telling those invited: in their inbox and, by their own choice, further; in the transaction of the act."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.activities import messages
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import STAFF
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import SHANGHAI
from lianxin.messaging.facade import MessageKind, send, settle_for_all
from lianxin.organisations.facade import holders_of

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
    link: str = "",
) -> None:
    """Send one message about the activity to members; it leads to the activity where no other `link` is given."""
    send(
        actor,
        kind,
        to_members=list(members),
        title=title[:120],
        text=text,
        link=link or own_link(activity),
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
    link: str = "",
) -> None:
    """Send one message about the activity to those who keep organisations: secretaries, and clerks of committees."""
    held = holders_of(STAFF, organisations)
    keep = dict.fromkeys(account for accounts in held.values() for account in accounts)
    wanted = [one for one in keep if one != actor.account_id]
    if wanted:
        send(
            actor,
            kind,
            to_accounts=wanted,
            title=title[:120],
            text=text,
            link=link or activity.get_absolute_url(),
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


def tell_invited(actor: Actor, activity: Activity, members: Iterable[UUID], *, at: datetime, key: str = "") -> None:
    """Send the invitation; who invites needs none."""
    tell(
        actor,
        messages.INVITED,
        activity,
        [one for one in members if one != actor.member_id],
        title=_("Invitation: %(title)s") % {"title": activity.title},
        text=when_and_where(activity),
        at=at,
        key=key,
    )


def tell_uninvited(actor: Actor, activity: Activity, members: Collection[UUID], *, at: datetime) -> None:
    """Tell members that they are not expected any more; their invitation, which would open nothing, is settled."""
    if not members:
        return
    settle_for_all(messages.INVITED, subject=activity.pk, at=at, members=members)
    tell(
        actor,
        messages.CHANGED,
        activity,
        [one for one in members if one != actor.member_id],
        title=_("Invitation taken back: %(title)s") % {"title": activity.title},
        text=_("You need not come: %(when)s.") % {"when": when_and_where(activity)},
        at=at,
        link=reverse("own_activities:index"),
    )


def tell_joined(actor: Actor, activity: Activity, organisations: Collection[UUID], *, at: datetime) -> None:
    """Tell the staff of partners that they hold the activity together with its host."""
    if organisations:
        tell_staff(
            actor,
            messages.JOINED,
            activity,
            organisations,
            title=_("Joint activity: %(title)s") % {"title": activity.title},
            text=_("%(when)s. Invite your own members on its page.") % {"when": when_and_where(activity)},
            at=at,
        )


def tell_parted(actor: Actor, activity: Activity, organisations: Collection[UUID], *, at: datetime) -> None:
    """Tell the staff of organisations that the activity is not held together with them any more."""
    if organisations:
        tell_staff(
            actor,
            messages.JOINED,
            activity,
            organisations,
            title=_("Not held together any more: %(title)s") % {"title": activity.title},
            text=_("%(when)s does not count for you any more. Your members who had not replied are told.")
            % {"when": when_and_where(activity)},
            at=at,
            link=reverse("activities:index"),
        )


def tell_changed(
    actor: Actor, activity: Activity, changed: Iterable[str], *, at: datetime, but: Collection[UUID] = ()
) -> None:
    """Tell everybody invited what is different now, `but` those who are invited by the same change."""
    words = list(dict.fromkeys(str(WHAT[name]) for name in changed))
    tell(
        actor,
        messages.CHANGED,
        activity,
        [one for one in invited_members(activity) if one not in but],
        title=_("Changed: %(title)s") % {"title": activity.title},
        text=_("%(what)s changed. Now: %(now)s") % {"what": "、".join(words), "now": when_and_where(activity)},
        at=at,
    )
