"""Getting hold of members for an act: found, permitted, locked, and as the actor last saw them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Changed, NotVisible
from lianxin.members.models import Member
from lianxin.members.permissions import VIEW


def lock_member(actor: Actor, member: UUID, permission: str, *, version: int | None = None) -> Member:
    """The member's row, locked until the transaction ends, where the actor holds the permission. One query.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
        NotPermitted: the actor sees it but does not hold the permission.
        Changed: the record is not the version the actor saw.
    """
    found = Member.objects.select_for_update(of=("self",)).select_related("organisation").filter(id=member).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    if version is not None and version != found.version:
        raise Changed(_("Somebody changed this record after you opened it. Open it again and check what is new."))
    return found


def lock_members(actor: Actor, members: Iterable[UUID], permission: str) -> list[Member]:
    """The members' rows, locked in the order of their ids so that two acts cannot block each other. One query.

    Raises:
        NotVisible: one of them does not exist or lies outside the actor's organisations.
        NotPermitted: the actor sees one of them but does not hold the permission there.
    """
    wanted = set(members)
    found = list(Member.objects.select_for_update(of=("self",)).filter(Q(id__in=wanted)).order_by("id"))
    if len(found) != len(wanted):
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    for path in {one.organisation_path for one in found}:
        require(actor, permission, path, seen_by=VIEW)
    return found
