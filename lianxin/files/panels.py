"""What files shows on other pages."""

from django.utils.translation import gettext as _

from lianxin.files.models import Import
from lianxin.files.permissions import IMPORT
from lianxin.files.queries import imports_to_do
from lianxin.kernel.authz import Actor

SHOWN = 5


def imports_to_finish(actor: Actor) -> list[tuple[Import, str, str]] | None:
    """The actor's imports that wait for them, each with a word and a state; None where all are finished. One query."""
    if not actor.may_somewhere(IMPORT):
        return None
    waiting = imports_to_do(actor).select_related("file")
    return [(run, *_stands(run)) for run in waiting[:SHOWN]] or None


def _stands(run: Import) -> tuple[str, str]:
    """Where an import stands that is not finished: the word and its state for the eye."""
    if run.state == Import.State.CHECKED and run.errors:
        return _("errors to mend"), "late"
    if run.state == Import.State.CHECKED and (run.to_add or run.to_change):
        return _("ready to write"), "due"
    return str(run.get_state_display()), "due" if run.state == Import.State.UPLOADED else ""
