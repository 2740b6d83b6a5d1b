"""From a form to an action and back: one call, and a refusal becomes the form's errors."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm

from lianxin.kernel.errors import InvalidInput, Refusal

Result = TypeVar("Result")


def attempt(form: BaseForm, act: Callable[[], Result]) -> Result | None:
    """Do the act; where it refuses, put its sentences beside the fields and return None.

    Refusals about visibility and permission are not the form's business and go on (404, 403).
    """
    try:
        return act()
    except InvalidInput as refusal:
        for name, sentences in refusal.fields.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, str(sentence))
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        form.add_error(None, str(refusal.sentence))
    return None
