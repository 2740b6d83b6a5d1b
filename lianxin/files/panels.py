"""What files shows on other pages."""

from datetime import timedelta

from django.utils.translation import gettext as _

from lianxin.files.models import Import
from lianxin.files.permissions import IMPORT
from lianxin.files.queries import TO_DO, imports_of, imports_waiting
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import now

SHOWN = 5
OF_LATE = timedelta(days=7)


def recent_imports(actor: Actor) -> list[tuple[Import, str, str]] | None:
    """The actor's imports that wait for them, then those that ended within a week; each with a word and a state."""
    if not actor.may_somewhere(IMPORT):
        return None
    mine = [run for run in imports_of(actor) if run.account_id == actor.account_id]
    waiting = [run for run in mine if run.state in TO_DO]
    ended = [run for run in mine if run.state not in TO_DO and run.created_at > now() - OF_LATE]
    return [(run, *_stands(run)) for run in [*waiting, *ended][:SHOWN]] or None


def _stands(run: Import) -> tuple[str, str]:
    """Where an import stands: the word and its state for the eye."""
    if run.state == Import.State.CHECKED and run.errors:
        return _("errors to mend"), "late"
    if run.state == Import.State.CHECKED and (run.to_add or run.to_change):
        return _("ready to write"), "due"
    return str(run.get_state_display()), {
        Import.State.UPLOADED: "due",
        Import.State.APPLIED: "ok",
    }.get(Import.State(run.state), "")


def due_imports(actor: Actor) -> int:
    """How many of the actor's imports wait for them."""
    return imports_waiting(actor) if actor.may_somewhere(IMPORT) else 0
