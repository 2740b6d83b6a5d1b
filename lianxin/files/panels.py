"""What files shows on other pages."""

from lianxin.files.models import Import
from lianxin.files.permissions import IMPORT
from lianxin.files.queries import imports_of
from lianxin.kernel.authz import Actor

SHOWN = 5


def recent_imports(actor: Actor) -> list[Import] | None:
    """The actor's imports that wait for them or ended of late."""
    if not actor.may_somewhere(IMPORT):
        return None
    return imports_of(actor, size=SHOWN) or None
