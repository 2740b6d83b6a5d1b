"""The query form of a permission: the rows whose place on the tree the actor reaches."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz.actor import Actor
from lianxin.kernel.authz.permissions import permission as declared
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import NotPermitted, NotVisible

Row = TypeVar("Row", bound=Model)


def reach_condition(actor: Actor, permission: str, *, field: str) -> Q | None:
    """The condition that `field` (a tree path) lies where the actor holds the permission; None means nowhere."""
    reaches = actor.reaches_for(permission)
    if not reaches:
        return None
    condition = Q()
    for reach in reaches:
        if reach.below and not reach.path:
            return Q()
        condition |= subtree(reach.path, field=field) if reach.below else Q(**{field: reach.path})
    return condition


def within(rows: QuerySet[Row], actor: Actor, permission: str, *, field: str = "path") -> QuerySet[Row]:
    """The rows among `rows` for which the actor holds the permission; `field` holds their place on the tree."""
    condition = reach_condition(actor, permission, field=field)
    return rows.none() if condition is None else rows.filter(condition)


def require(actor: Actor, permission: str, path: str, *, seen_by: str) -> None:
    """Let the act go on only where the actor holds the permission at `path`.

    Raises:
        NotVisible: the actor does not hold `seen_by` there either: the thing does not exist for them.
        NotPermitted: the actor sees it but may not do this.
    """
    if actor.may(permission, path):
        return
    if not actor.may(seen_by, path):
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    raise NotPermitted(
        _("You may not do this here: it needs the permission “%(permission)s”. Ask the higher organisation's clerk.")
        % {"permission": declared(permission).label}
    )
