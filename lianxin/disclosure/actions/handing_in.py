"""Handing in what is about to become public: kept sealed, bound by its digest, checked at once or by a job."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.disclosure.actions.checking import SMALL, run_check
from lianxin.disclosure.events import HANDED_IN
from lianxin.disclosure.models import Check
from lianxin.disclosure.permissions import RUN
from lianxin.disclosure.reading.detectors import find
from lianxin.disclosure.reading.kinds import kind_of
from lianxin.disclosure.reading.masking import mask
from lianxin.disclosure.reading.outcome import CannotRead
from lianxin.disclosure.storage import ORIGINAL, kept
from lianxin.disclosure.wording import problem_sentence
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotPermitted
from lianxin.kernel.events.record import record
from lianxin.organisations.facade import Organisation, organisation_for

LARGEST_FILE = 30 * 1024 * 1024
LONGEST_TEXT = 200_000
LONGEST_TITLE = 200
FIRST_BYTES = 1024


def text_content(title: str, text: str) -> bytes:
    """The exact content that a check of a text is bound to: title and text, with plain line ends."""
    return f"{title.strip()}\n{text}".replace("\r\n", "\n").replace("\r", "\n").encode()


def check_text(actor: Actor, *, organisation: UUID, title: str, text: str, at: datetime) -> Check:
    """Check a text with its title; the check is done when this returns.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no text, or one that is too long.
    """
    wrong = {}
    if not text.strip():
        wrong["text"] = _("Paste the text that is to be published.")
    if len(text) > LONGEST_TEXT:
        wrong["text"] = _("The text is longer than 200,000 characters. Hand it in as a file.")
    if not title.strip():
        wrong["title"] = _("Write the title under which it is to be published.")
    if len(title.strip()) > LONGEST_TITLE:
        wrong["title"] = _("The title is longer than 200 characters.")
    if wrong:
        raise InvalidInput(wrong)
    check = _hand_in(
        actor, organisation, Check.Kind.TEXT, title.strip(), text_content(title, text), at=at, found_in_title=0
    )
    return run_check(actor, check=check.pk, at=at)


def check_attachment(actor: Actor, *, organisation: UUID, name: str, chunks: Iterable[bytes], at: datetime) -> Check:
    """Check a file; a small one is done when this returns, a large one waits for a job.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: a file that is too large or of a kind that cannot be checked; says how to mend it.
    """
    plain = PurePath(name.replace("\\", "/")).name[-LONGEST_TITLE:] or "-"
    content = _gathered(chunks)
    try:
        kind = kind_of(plain, content[:FIRST_BYTES])
    except CannotRead as refusal:
        raise InvalidInput({"file": problem_sentence(refusal.code)}) from refusal
    found = find(PurePath(plain).stem)
    check = _hand_in(actor, organisation, kind, mask(plain, found), content, at=at, found_in_title=len(found))
    return run_check(actor, check=check.pk, at=at) if len(content) <= SMALL else check


def _gathered(chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST_FILE:
            raise InvalidInput({"file": problem_sentence("too_large")})
    return bytes(content)


def _hand_in(
    actor: Actor, organisation: UUID, kind: str, title: str, content: bytes, *, at: datetime, found_in_title: int
) -> Check:
    """Keep the content and its row, record it, and have a large one checked by a job: one transaction."""
    place: Organisation = organisation_for(actor, organisation, RUN)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can have something checked."))
    with kept() as keep, transaction.atomic():
        check = Check.objects.create(
            organisation=place,
            organisation_path=place.path,
            account_id=actor.account_id,
            kind=kind,
            title=mask(title, find(title)),
            title_findings=found_in_title,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            created_at=at,
        )
        keep(check.pk, ORIGINAL, content)
        record(
            actor,
            HANDED_IN,
            at=at,
            subject=check.pk,
            organisation=place.id,
            organisation_path=place.path,
            data={"kind": kind, "size": check.size, "sha256": check.sha256},
        )
        if kind != Check.Kind.TEXT and check.size > SMALL:
            jobs.configure_task("disclosure.check").defer(check_id=str(check.pk))
    return check
