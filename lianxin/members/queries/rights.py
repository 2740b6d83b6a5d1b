"""Reading what members asked for about the use of their data, what they consented to, and what the law says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, within
from lianxin.kernel.errors import Sentence
from lianxin.members.facts import BY_NAME
from lianxin.members.models import Consent, Member, RightsRequest
from lianxin.members.permissions import DECIDE_RIGHTS
from lianxin.members.restricting import MAY_BE_RESTRICTED, WHOLE_RECORD
from lianxin.rules.facade import (
    ConsentText,
    RuleVersion,
    add_working_days,
    consent_text,
    consent_texts,
    in_force,
    sources,
)

ANSWER = "privacy.request.answer_working_days"
LAW = "PIPL"


def article(number: str) -> str:
    """An article of the Personal Information Protection Law, in the active language."""
    return sources()[LAW].cite(number)


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The day by which a request is answered, and the rule that says so."""

    due_on: date
    rule: RuleVersion


def time_limit(asked_on: date) -> TimeLimit:
    """By when a request of that day is answered."""
    rule = in_force(ANSWER, asked_on)
    return TimeLimit(add_working_days(asked_on, rule.number), rule)


def label_of(field: str) -> Sentence:
    """What a request is about, in words."""
    return _("the whole record") if field == WHOLE_RECORD else BY_NAME[field].label


def has_to_be_kept(field: str) -> str:
    """Why a fact can be neither restricted nor deleted: what the software says, and proposes as the answer."""
    return _(
        "Party rules ask for “%(fact)s” to be kept in the register and the member's file, so it can be neither deleted "
        "nor withheld (%(law)s; %(constitution)s). You can ask for it to be corrected, and see who looked at it."
    ) % {"fact": label_of(field), "law": article("47"), "constitution": sources()["CONST"].cite("")}


def proposed_answer(request: RightsRequest) -> str:
    """The answer that the software proposes; the person who decides may write another."""
    if request.kind == RightsRequest.Kind.DELETE and request.field not in MAY_BE_RESTRICTED:
        return has_to_be_kept(request.field)
    return ""


def may_be_accepted(request: RightsRequest) -> bool:
    """Whether accepting is offered at all."""
    return request.field in MAY_BE_RESTRICTED


def own_rights(member: Member, *, size: int = 50) -> list[RightsRequest]:
    """What the member asked for, newest first. One query; the caller is the member."""
    return list(RightsRequest.objects.filter(member=member).order_by("-id")[:size])


def withheld_from_history(member: Member) -> set[str]:
    """The facts whose earlier values no screen shows: those restricted, and those deleted at the member's request.

    The event log is append-only and still holds what it held; one query.
    """
    deleted = RightsRequest.objects.filter(
        member=member, kind=RightsRequest.Kind.DELETE, state=RightsRequest.State.ACCEPTED
    )
    return {*member.restricted, *deleted.values_list("field", flat=True)}


def open_rights(actor: Actor) -> QuerySet[RightsRequest]:
    """The requests that wait where the actor decides, the most urgent first. One query."""
    rows = RightsRequest.objects.filter(state=RightsRequest.State.OPEN)
    reachable = within(rows, actor, DECIDE_RIGHTS, field="organisation_path")
    return reachable.select_related("member", "member__organisation").order_by("due_on", "id")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands to one consent: the wording of today, and the consent in force if there is one."""

    text: ConsentText
    consent: Consent | None

    @property
    def is_of_an_earlier_wording(self) -> bool:
        """Whether the consent in force was given to other words than today's."""
        return self.consent is not None and self.consent.digest != self.text.digest


def standings(member: UUID, *, on: date) -> list[Standing]:
    """How the member stands to every consent of the day. One query."""
    given = {one.text: one for one in Consent.objects.filter(member_id=member, withdrawn_at__isnull=True)}
    return [Standing(text, given.get(text.id)) for text in consent_texts(on)]


@dataclass(frozen=True, slots=True)
class Unconsented:
    """A sensitive fact that is recorded although no consent to it is in force."""

    label: Sentence
    text: ConsentText


def unconsented(member: Member, standing: Sequence[Standing]) -> list[Unconsented]:
    """Sensitive facts recorded without a consent, where the law certainly asks for one. People decide what to do.

    Source: PIPL 28 and 29.
    """
    return [
        Unconsented(BY_NAME[name].label, one.text)
        for one in standing
        if one.consent is None and one.text.confidence == "certain"
        for name in one.text.items
        if name in BY_NAME and getattr(member, name) and name not in member.restricted
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """A consent of the past or present with the words it was given to; `is_same` false: the words are no more known."""

    consent: Consent
    text: ConsentText
    is_same: bool


def consents_of(member: Member) -> list[Given]:
    """Every consent ever given, newest first, each beside its wording. One query."""
    found = []
    for one in Consent.objects.filter(member=member).order_by("-id"):
        text = consent_text(one.text, one.version)
        found.append(Given(one, text, text.digest == one.digest))
    return found
