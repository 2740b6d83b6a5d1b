"""The gate: whether exactly this content may become public. What publishes asks here, last of all."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import VIEW
from lianxin.disclosure.reading.detectors import VERSION, find
from lianxin.disclosure.wording import KINDS, place_in_words
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.errors import Conflict
from lianxin.organisations.facade import organisation_for


@dataclass(frozen=True, slots=True)
class Clearance:
    """Why a content may become public: the check it passed, or the decision of a second person."""

    sha256: str
    check: UUID
    override: UUID | None = None
    valid_until: datetime | None = None


class NotClear(Conflict):
    """A content may not become public. `findings` says in words what stands in the way and where, masked.

    `check` is the latest check of it, where there is one: the page with the masked copy and the way to an override.
    """

    def __init__(self, sentence: str, *, check: UUID | None = None, findings: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.check = check
        self.findings = findings


def require_clear(actor: Actor, *, organisation: UUID, content: bytes, name: str = "", at: datetime) -> Clearance:
    """Let exactly these bytes become public for an organisation, or refuse.

    They pass where a check of them by the present detectors found nothing, where they are the masked copy of a check
    and nothing was left in it, or where an override in force says so. Checks and overrides count for the organisation
    they were made for and for those below it, as far as the actor sees them. A text's bytes are `text_content(…)`.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside the actor's, or the actor may not see checks there.
        NotClear: never checked, checked by older detectors, or blocked and not overridden; says what to do.
    """
    place = organisation_for(actor, organisation, VIEW)
    digest = sha256(content).hexdigest()
    here = Q(organisation_path__in=[*ancestors(place.path), place.path])
    override = (
        Override.objects.filter(here, sha256=digest, state=Override.State.APPROVED, valid_until__gt=at)
        .order_by("-valid_until")
        .first()
    )
    if override is not None:
        return Clearance(digest, override.check_of_id, override.pk, override.valid_until)
    if name and find(name):
        raise NotClear(_("The file name holds a personal number. Name the file otherwise."))
    passed = Q(sha256=digest, state=Check.State.CLEAR) | Q(masked_sha256=digest, masked_is_clear=True)
    check = Check.objects.filter(here, passed, detectors=VERSION).order_by("-id").first()
    if check is not None:
        return Clearance(digest, check.pk)
    raise _refusal(Check.objects.filter(here, sha256=digest).order_by("-id").first())


def _refusal(check: Check | None) -> NotClear:
    if check is None or (check.state == Check.State.CLEAR and check.detectors != VERSION):
        return NotClear(_("This was not checked for personal numbers yet. Have it checked before it is published."))
    if check.state == Check.State.WAITING:
        return NotClear(_("This is still being checked for personal numbers. Try again in a moment."), check=check.pk)
    number = check.found + check.title_findings
    sentence = ngettext(
        "%(number)d personal number was found in this. Publish the masked copy, or ask a second person.",
        "%(number)d personal numbers were found in this. Publish the masked copy, or ask a second person.",
        number,
    ) % {"number": number}
    if not number:
        sentence = _("Parts of this could not be checked. A second person has to look at it before it is published.")
    return NotClear(sentence, check=check.pk, findings=tuple(findings_in_words(check)))


def findings_in_words(check: Check) -> list[str]:
    """What stands in the way, a sentence each, masked."""
    return [
        _("%(kind)s %(masked)s: %(place)s")
        % {"kind": KINDS.get(one["kind"], one["kind"]), "masked": one["masked"], "place": place_in_words(one["place"])}
        for one in check.findings
    ]
