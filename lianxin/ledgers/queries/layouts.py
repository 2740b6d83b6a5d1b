"""Layouts as those who keep them, and those below who use them, see them."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.errors import NotVisible
from lianxin.ledgers.models import Layout, LayoutVersion
from lianxin.ledgers.permissions import VIEW


def layouts_for(actor: Actor) -> QuerySet[Layout]:
    """Layouts of the actor's organisations and of those above them."""
    own = reach_condition(actor, VIEW, field="organisation_path")
    if own is None:
        return Layout.objects.none()
    above = {path for reach in actor.reaches_for(VIEW) for path in ancestors(reach.path)}
    return Layout.objects.filter(own | Q(organisation_path__in=above) if own else Q())


def layouts_in_use(actor: Actor) -> list[Layout]:
    """Those that are not withdrawn, by place and name. One query."""
    return list(layouts_for(actor).filter(withdrawn_at__isnull=True))


def serves(actor: Actor, layout: Layout) -> bool:
    """Whether an organisation for which the actor works may use the layout: its owner's, or one below."""
    return any(reach.path.startswith(layout.organisation_path) for reach in actor.reaches_for(VIEW))


def layout_for(actor: Actor, layout: UUID) -> Layout:
    """One layout. One query.

    Raises:
        NotVisible: there is none, or it belongs to another branch of the tree.
    """
    found = layouts_for(actor).filter(pk=layout).first()
    if found is None:
        raise NotVisible(_("There is no such layout, or it is not meant for your organisations."))
    return found


def version_of(layout: Layout, number: int | None = None) -> LayoutVersion:
    """A version of a layout the actor may see, else its newest. One query.

    Raises:
        NotVisible: there is no version of that number.
    """
    found = layout.versions.filter(number=number or layout.version).first()
    if found is None:
        raise NotVisible(_("There is no such version of this layout."))
    return found
