"""Files handed in with a form that is refused are not lost: kept for a day, shown as attached, taken the next time.

    form = ReportForm(request.POST, request.FILES, …)     # its field for files is a KeptUploadField
    belongs_to(form, request.actor)                       # before `is_valid`
    …                                                     # refused by the form or by the act:
    keep_uploads(form, request.actor, at=now())           # before it is shown again

What was accepted lies sealed with `files`; the form carries a signed token that only the same account can hand back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from lianxin.files.models import StoredFile
from lianxin.files.storage import content_of, kept, path_of, store
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.edge.uploads import Accepted, Kind, UploadField
from lianxin.kernel.edge.uploads.kinds import FACTS

HELD_FOR = timedelta(days=1)
SALT = "files.held"


@dataclass(frozen=True, slots=True)
class Held:
    """A file that waits for its form: what the form shows of it, and the token that names it."""

    name: str
    size: int
    token: str

    @property
    def shown_size(self) -> str:
        """Its size as people read it."""
        return filesizeformat(self.size)


@dataclass(frozen=True, slots=True)
class Returned:
    """The token as it came back with the form, not looked at yet."""

    token: str


@dataclass(frozen=True, slots=True)
class FromBefore(Accepted):
    """An accepted file that lies sealed already; it is opened as it is read, so that nothing is left open."""

    stored: StoredFile = field(default_factory=StoredFile)

    def chunks(self) -> Iterator[bytes]:
        """The content from the start, in blocks."""
        return content_of(self.stored)


def hold(actor: Actor, upload: Accepted, *, at: datetime) -> Held | None:
    """Keep an accepted file for a day for whoever handed it in; None where nobody is signed in."""
    if actor.account_id is None:
        return None
    with kept() as keep, transaction.atomic():
        file = keep(store(upload.name, upload.chunks(), by=actor.account_id, at=at, held_until=at + HELD_FOR))
    facts = {
        "file": str(file.pk),
        "by": str(actor.account_id),
        "name": file.name,
        "size": file.size,
        "kind": upload.kind.value,
        "marks": sorted(upload.marks),
    }
    return Held(file.name, file.size, signing.dumps(facts, salt=SALT, compress=True))


def _facts(token: str) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = signing.loads(token, salt=SALT, max_age=HELD_FOR)
    except signing.BadSignature:
        return None
    return facts


def held_upload(account: UUID | None, token: str) -> Accepted | None:
    """The file a token names, as it was accepted; None where it is another's, no longer kept, or no token of ours."""
    facts = _facts(token)
    if facts is None or account is None or facts["by"] != str(account):
        return None
    with acting(Actor.system("a file its own account handed in with a form before")):
        file = StoredFile.objects.filter(
            pk=UUID(facts["file"]), stored_by=account, removed_at__isnull=True, held_until__isnull=False
        ).first()
    if file is None:
        return None
    if not path_of(file.pk).exists():
        return None
    return FromBefore(file.name, file.size, Kind(facts["kind"]), BytesIO(), frozenset(facts["marks"]), file)


class KeptUpload(forms.FileInput):
    """Chooses a file; one that was accepted before is shown as attached and can be taken off."""

    template_name = "files/kept_upload.html"

    def __init__(self, kinds: Iterable[Kind]) -> None:
        facts = [FACTS[kind] for kind in kinds]
        super().__init__(attrs={"accept": ",".join(ending for one in facts for ending in one.endings)})
        self.largest = ",".join(f"{ending}:{one.largest}" for one in facts for ending in one.endings)
        self.held: Held | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """A new file before the one attached; nothing where that was taken off."""
        chosen = files.get(name)
        if chosen or data.get(f"{name}-drop"):
            return chosen
        token = data.get(f"{name}-kept")
        return Returned(str(token)) if token else None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """What the template needs: the field and what is attached."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"held": self.held, "largest": self.largest}
        return context


class KeptUploadField(UploadField):
    """A file of one of the kinds, which outlasts the refusal of its form; its cleaned value is `Accepted`."""

    def __init__(self, *, kinds: Iterable[Kind], **options: Any) -> None:
        self.account: UUID | None = None
        wanted = tuple(kinds)
        options.setdefault("widget", KeptUpload(wanted))
        super().__init__(kinds=wanted, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The accepted file, handed in now or before.

        Raises:
            ValidationError: there is none, it is refused, or one handed in before is no longer kept.
        """
        if not isinstance(data, Returned):
            return super().clean(data, initial)
        found = held_upload(self.account, data.token)
        if found is None or found.kind not in self.kinds:
            raise ValidationError(_("The file is no longer kept here. Choose it again."), code="gone")
        return found


def _fields(form: forms.BaseForm) -> dict[str, KeptUploadField]:
    return {name: one for name, one in form.fields.items() if isinstance(one, KeptUploadField)}


def belongs_to(form: forms.BaseForm, actor: Actor) -> None:
    """Say whose form it is: a file handed in before is taken from the same account alone. Before `is_valid`."""
    for one in _fields(form).values():
        one.account = actor.account_id


def keep_uploads(form: forms.BaseForm, actor: Actor, *, at: datetime) -> None:
    """Keep what was accepted with a form that is shown again, and show it as attached. A refused file is not kept."""
    accepted = getattr(form, "cleaned_data", {})
    for name in _fields(form):
        upload = accepted.get(name)
        if not isinstance(upload, Accepted):
            continue
        given = form[name].data
        widget = form[name].field.widget
        widget.held = (
            Held(upload.name, upload.size, given.token) if isinstance(given, Returned) else hold(actor, upload, at=at)
        )
