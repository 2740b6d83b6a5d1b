"""Party groups of a branch, and templates it saves for itself."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.locking import OPEN
from lianxin.activities.events import GROUP_CLOSED, GROUP_KEPT, TEMPLATE_SAVED
from lianxin.activities.models import Activity, GroupMember, PartyGroup, SavedTemplate
from lianxin.activities.permissions import PLAN, VIEW
from lianxin.activities.queries.activities import activity_for, not_there
from lianxin.activities.queries.invited import members_of
from lianxin.activities.queries.prefilling import points_of
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations.facade import organisation_for

GROUP_NAME, TEMPLATE_NAME = 60, 80
LONGEST_REASON = 500
MINUTE = 60


@transaction.atomic
def keep_group(
    actor: Actor,
    *,
    organisation: UUID,
    group: UUID | None = None,
    name: str,
    leader: UUID | None,
    members: Iterable[UUID],
    at: datetime,
) -> PartyGroup:
    """Set up a Party group, or say anew who is in it. Source: BRANCH 13.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no name, nobody in it, a leader who is not in it, or people of another organisation.
        Conflict: the group is dissolved.
    """
    place = organisation_for(actor, organisation, PLAN)
    wanted = set(members)
    own = set(members_of(place.pk).filter(pk__in=wanted).values_list("pk", flat=True))
    wrong = {}
    if not name.strip() or len(name.strip()) > GROUP_NAME:
        wrong["name"] = _("Write the name of the group, in at most 60 characters.")
    same = PartyGroup.objects.filter(organisation=place, name=name.strip(), closed_at__isnull=True)
    if any(one != group for one in same.values_list("pk", flat=True)):
        wrong["name"] = _("This branch has a group of that name already.")
    if not wanted or own != wanted:
        wrong["members"] = _("Choose members of this branch.")
    if leader is not None and leader not in own:
        wrong["leader"] = _("The leader is one of the group's members.")
    if wrong:
        raise InvalidInput(wrong)
    found = PartyGroup.objects.select_for_update().filter(pk=group, organisation=place).first() if group else None
    if group and found is None:
        raise not_there()
    if found is not None and found.closed_at is not None:
        raise Conflict(_("This group is dissolved already."))
    found = found or PartyGroup(organisation=place)
    found.name, found.leader_id = name.strip(), leader
    found.save()
    held = set(found.members.values_list("member_id", flat=True))
    found.members.filter(member__in=held - own).delete()
    GroupMember.objects.bulk_create(GroupMember(group=found, member_id=one) for one in sorted(own - held))
    record(
        actor,
        GROUP_KEPT,
        at=at,
        subject=found.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"name": found.name, "members": len(own)},
    )
    return found


@transaction.atomic
def close_group(actor: Actor, *, group: UUID, reason: str, at: datetime) -> PartyGroup:
    """Dissolve a Party group: it is due no meeting any more and is offered nowhere; what it held stays as it is.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no reason.
        Conflict: it is dissolved already, or a meeting of it is planned.
    """
    found = PartyGroup.objects.select_for_update().filter(pk=group).first()
    if found is None:
        raise not_there()
    require(actor, PLAN, found.organisation_path, seen_by=VIEW)
    if found.closed_at is not None:
        raise Conflict(_("This group is dissolved already."))
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInput({"reason": _("Say why it is dissolved, for example: merged with another group.")})
    planned = Activity.objects.filter(group=found, state__in=OPEN).order_by("starts_at").first()
    if planned is not None:
        raise Conflict(
            _("“%(title)s” of %(day)s is still planned for this group. Hold it, cancel it or choose who else meets.")
            % {"title": planned.title, "day": day_of(planned.starts_at).isoformat()}
        )
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    record(
        actor,
        GROUP_CLOSED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        reason=said,
        data={"name": found.name},
    )
    return found


@transaction.atomic
def save_template(actor: Actor, *, activity: UUID, name: str, at: datetime) -> SavedTemplate:
    """Save an activity's agenda and title as a template of its organisation; one of that name is replaced.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no name.
    """
    found = activity_for(actor, activity, PLAN)
    said = name.strip()
    if not said or len(said) > TEMPLATE_NAME:
        raise InvalidInput({"name": _("Write a name of at most 80 characters.")})
    facts = {
        "kinds": found.kinds,
        "title": found.title,
        "minutes": min(1440, int((found.ends_at - found.starts_at).total_seconds()) // MINUTE),
        "agenda": [
            {"title": one.title, "kind": one.kind, "minutes": one.minutes, "text": one.text} for one in points_of(found)
        ],
    }
    row, _made = SavedTemplate.objects.update_or_create(
        organisation=found.organisation, name=said, defaults=facts, create_defaults={**facts, "created_at": at}
    )
    record(
        actor,
        TEMPLATE_SAVED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"name": said},
    )
    return row
