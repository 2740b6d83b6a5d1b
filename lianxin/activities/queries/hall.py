"""What a phone takes into a hall without network: names, who is excused or on leave, the rule, the agenda."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from lianxin.activities.kinds import quorum_kind
from lianxin.activities.models import Activity, AgendaItem, Participant, Vote, vote_kinds_for
from lianxin.activities.permissions import ATTEND, VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.activities.queries.minutes import is_officer, may_write
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.time import day_of
from lianxin.rules.facade import quorum_rule

SYSTEM = "the list of a hall, for the chair or the recorder of the meeting"
COUNTED_BY_HANDS = "hands"


def may_take_kit(actor: Actor, activity: Activity) -> bool:
    """Whether the actor records who comes: staff that may, or the chair and the recorder without any role."""
    return actor.may(ATTEND, activity.organisation_path) or is_officer(actor, activity)


def hall_of(actor: Actor, activity: UUID) -> Activity:
    """The activity, for who may take its kit. One query.

    Raises:
        NotVisible, NotPermitted: the actor does not see it, or may not record who comes.
    """
    found = Activity.objects.filter(pk=activity).first()
    if found is None:
        raise not_there()
    if not is_officer(actor, found):
        require(actor, ATTEND, found.organisation_path, seen_by=VIEW)
    return found


@contextmanager
def seeing_the_hall(actor: Actor, activity: Activity) -> Iterator[None]:
    """Let the chair and the recorder see and write the rows of the others; staff see them anyway.

    The caller has asked `hall_of` before.
    """
    if actor.may(ATTEND, activity.organisation_path):
        yield
        return
    with acting(Actor.system(SYSTEM)):
        yield


def kit_of(actor: Actor, activity: Activity, *, at: datetime) -> dict[str, Any]:
    """What the phone keeps. Names and no numbers, no reason of any leave. Four queries, however many people."""
    with seeing_the_hall(actor, activity):
        rows = list(Participant.objects.filter(activity=activity))
    agenda = list(AgendaItem.objects.filter(activity=activity).order_by("position"))
    votes = Vote.objects.filter(item__minutes__activity=activity, method=COUNTED_BY_HANDS).select_related("item")
    kind = quorum_kind(activity.kinds)
    rule = quorum_rule(kind, day_of(activity.starts_at)) if kind else None
    vote_kinds = vote_kinds_for(activity.kinds)
    return {
        "activity": {
            "id": str(activity.pk),
            "title": activity.title,
            "place": activity.place,
            "starts_at": activity.starts_at.isoformat(),
            "ends_at": activity.ends_at.isoformat(),
            "late_after": activity.late_after,
            "state": activity.state,
        },
        "account": str(actor.account_id),
        "now": at.isoformat(),
        "may_write": may_write(actor, activity),
        "people": [person(row) for row in rows],
        "agenda": [{"id": str(one.pk), "title": one.title} for one in agenda] or [{"id": "", "title": activity.title}],
        "quorum": None
        if rule is None
        else {
            "numerator": rule.share.numerator,
            "denominator": rule.share.denominator,
            "strict": rule.is_strict,
            "enough": str(rule.enough),
            "lacking": str(rule.lacking),
            "article": str(rule.rule.citation),
        },
        "vote_kind": vote_kinds[0].value if vote_kinds else "",
        "vote_kinds": [[one.value, str(one.label)] for one in vote_kinds],
        "hands": [hands_shown(one) for one in votes],
        "correct": reverse("activities:correct", args=[activity.pk]),
    }


def person(row: Participant) -> dict[str, Any]:
    """A row of the list as the phone shows it."""
    leave = Participant.Reply
    apart = "excused" if row.is_excused else "leave" if row.reply == leave.LEAVE_GIVEN else ""
    return {
        "id": str(row.pk),
        "name": row.name,
        "role": row.role if row.role != Participant.Role.MEMBER else "",
        "may_vote": row.may_vote,
        "apart": apart or ("asked" if row.reply == leave.LEAVE_ASKED else ""),
        "attendance": row.attendance,
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
    }


def hands_shown(vote: Vote) -> dict[str, Any]:
    """A count that stands in the minutes."""
    return {
        "id": str(vote.pk),
        "item": str(vote.item.agenda_item_id or ""),
        "question": vote.question,
        "in_favour": vote.in_favour,
        "against": vote.against,
        "abstained": vote.abstained,
        "sum": vote.sum,
    }
