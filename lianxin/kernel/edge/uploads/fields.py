"""The field of a form in which a file is handed in. No form uses another."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lianxin.kernel.edge.uploads.accepting import accept_upload
from lianxin.kernel.edge.uploads.kinds import FACTS, Kind
from lianxin.kernel.errors import InvalidInput


class UploadField(forms.FileField):
    """A file of one of the kinds; its cleaned value is `Accepted`."""

    def __init__(self, *, kinds: Iterable[Kind], **options: Any) -> None:
        self.kinds = tuple(kinds)
        endings = ",".join(ending for kind in self.kinds for ending in FACTS[kind].endings)
        options.setdefault("widget", forms.FileInput(attrs={"accept": endings}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The accepted file.

        Raises:
            ValidationError: there is none, or it is refused.
        """
        given = super().clean(data, initial)
        if not given:
            return given
        try:
            return accept_upload(given, self.kinds)
        except InvalidInput as refusal:
            raise ValidationError([str(one) for one in refusal.fields["file"]], code="refused") from refusal
