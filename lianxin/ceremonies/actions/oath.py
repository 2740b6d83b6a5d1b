"""Loading the official text of the oath."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.ceremonies.events import OATH_LOADED
from lianxin.ceremonies.models import OathText
from lianxin.ceremonies.permissions import LOAD
from lianxin.ceremonies.queries.oath import LONGEST
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotPermitted
from lianxin.kernel.events.record import record

SHORTEST = 10
LONGEST_SOURCE = 200


@transaction.atomic
def load_oath(actor: Actor, *, text: str, source: str, at: datetime) -> OathText:
    """Keep the text as given, with where it is from; earlier ones stay, with their digest in the event log.

    Raises:
        NotPermitted: the actor may not load it.
        InvalidInput: no text, one that cannot be the oath by its length, or no source.
    """
    if actor.account_id is None or not actor.may_somewhere(LOAD):
        raise NotPermitted(_("Only an administrator loads the text of the oath."))
    text, source = text.strip().replace("\r\n", "\n"), source.strip()
    wrong = {}
    if not SHORTEST <= len(text) <= LONGEST:
        wrong["text"] = _("Take the text of the oath from the official file, and nothing else.")
    if not source:
        wrong["source"] = _("Say which official publication the text is from, with its date.")
    if len(source) > LONGEST_SOURCE:
        wrong["source"] = _("The source is longer than 200 characters.")
    if wrong:
        raise InvalidInput(wrong)
    row = OathText.objects.create(
        text=text,
        source=source,
        sha256=sha256(text.encode()).hexdigest(),
        loaded_by_id=actor.account_id,
        loaded_at=at,
    )
    record(actor, OATH_LOADED, at=at, subject=row.pk, organisation=None, data={"source": source, "sha256": row.sha256})
    return row
