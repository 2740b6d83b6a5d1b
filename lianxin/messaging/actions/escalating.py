"""After the last day for confirming: the secretary of each branch concerned is told once, and nobody above."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.authz import Actor, Role
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.facade import IN_REGISTER
from lianxin.messaging.actions.sending import send
from lianxin.messaging.events import ESCALATED
from lianxin.messaging.messages import NOT_CONFIRMED
from lianxin.messaging.models import Message, Recipient
from lianxin.organisations.facade import holders_of

WORK = Actor.system("telling secretaries who has not confirmed")


def escalate_overdue(*, at: datetime) -> int:
    """Tell the secretaries about messages whose last day is over; how many messages were looked at.

    Members who have not confirmed, also those not reachable online, are told to the secretary of the branch they belong
    to. Accounts without a member's record (secretaries themselves, clerks) are nobody's to tell about. Each message is
    taken once, whatever was found. Who has died or left meanwhile is nobody to talk to.
    """
    due = Message.objects.filter(
        must_read_by__lt=day_of(at), escalated_at__isnull=True, withdrawn_at__isnull=True
    ).values_list("pk", flat=True)
    return sum(_escalate(message, at) for message in list(due))


@transaction.atomic
def _escalate(message: UUID, at: datetime) -> int:
    row = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=message, escalated_at__isnull=True)
        .first()
    )
    if row is None:
        return 0
    row.escalated_at = at
    row.save(update_fields=["escalated_at"])
    missing = Recipient.objects.filter(
        message=row, confirmed_at__isnull=True, member__membership_status__in=IN_REGISTER
    )
    branches: dict[UUID, list[UUID]] = defaultdict(list)
    paths: dict[UUID, str] = {}
    for member, branch, path in missing.values_list(
        "member_id", "member__organisation_id", "member__organisation_path"
    ):
        branches[branch].append(member)
        paths[branch] = path
    secretaries = holders_of([Role.SECRETARY], branches, at=at)
    for branch, members in branches.items():
        _tell(row, branch, paths[branch], count=len(members), secretaries=secretaries.get(branch, []), at=at)
    return 1


def _tell(row: Message, branch: UUID, path: str, *, count: int, secretaries: list[UUID], at: datetime) -> None:
    told = send(
        WORK,
        NOT_CONFIRMED,
        to_accounts=secretaries,
        title=_("Not confirmed: %(title)s") % {"title": row.title[:80]},
        text=ngettext(
            "%(count)d member of your branch has not confirmed this message. Please talk to them; perhaps they cannot "
            "be reached online.",
            "%(count)d members of your branch have not confirmed this message. Please talk to them; perhaps they "
            "cannot be reached online.",
            count,
        )
        % {"count": count},
        link=reverse("messaging:unconfirmed", args=[row.pk, branch]),
        organisation=branch,
        organisation_path=path,
        subject=row.pk,
        at=at,
        key=f"escalated:{row.pk}:{branch}",
    )
    if told is not None:
        record(
            WORK,
            ESCALATED,
            at=at,
            subject=row.pk,
            organisation=branch,
            organisation_path=path,
            data={"members": count},
        )
