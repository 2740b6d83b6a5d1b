"""What the records answer in a form's stead."""

from typing import Any

from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.ledgers.catalogue import field_of
from lianxin.ledgers.models import Question, Reply
from lianxin.ledgers.periods import Period
from lianxin.ledgers.queries.material import Material
from lianxin.ledgers.queries.values import plain_answer, rows_of, value_of


def taken_values(actor: Actor, reply: Reply) -> dict[str, Any]:
    """Question → what the records say for the organisation in the form's period.

    A list says how many rows it has, and guarded personal data only where it stands: neither is copied into a form.
    The number of queries depends on the kinds of facts, not on how many questions or rows there are.
    """
    material = Material(actor, reply.organisation, Period(reply.form.since, reply.form.until))
    found: dict[str, Any] = {}
    for question in Question.objects.filter(form=reply.form_id).exclude(held=""):
        match = field_of(question.held)
        if match is None:
            continue
        if match.field.is_list:
            value: Any = _("%(count)d rows in the records") % {"count": len(rows_of(match.field, material))}
        elif match.field.read is None:
            value = _("to be looked up in the register, with a reason")
        else:
            value = plain_answer(value_of(match.field, material))
        found[str(question.pk)] = value
    return found
