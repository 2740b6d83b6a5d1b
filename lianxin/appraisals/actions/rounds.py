"""Opening, placing, withdrawing and finishing the appraisal of an organisation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.appraisals.events import ELSEWHERE, FINISHED, OPENED, WITHDRAWN
from lianxin.appraisals.messages import OPENED as OPENED_MESSAGE
from lianxin.appraisals.models import Box, Participant, Round, Step, Turnout
from lianxin.appraisals.permissions import RUN, VIEW
from lianxin.appraisals.queries.taking_part import gone_from, taking_part_elsewhere
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.facade import TAKES_PART, Member
from lianxin.messaging.facade import send
from lianxin.organisations.facade import Organisation, organisation_for, overrides_at
from lianxin.rules.facade import RuleVersion, in_force, shown_date

LEAST_SHEETS = "appraisals.least_sheets"
LONGEST_REASON = 500
DUTY = "member_appraisal"


def least_sheets_at(path: str, day: date) -> tuple[RuleVersion, int, int]:
    """The usual number of sheets from which results exist at a place, and the least and most of a single round.

    Below what an organisation on the way up set, no round may go. One query.
    """
    rule = in_force(LEAST_SHEETS, day, overrides=overrides_at(path))
    bounds = rule.bounds
    low = bounds.minimum if bounds and bounds.minimum is not None and rule.local is None else rule.number
    high = bounds.maximum if bounds and bounds.maximum is not None else rule.number
    return rule, low, high


@transaction.atomic
def open_round(
    actor: Actor,
    *,
    organisation: UUID,
    year: int,
    as_of: date,
    due_on: date,
    at: datetime,
    least_sheets: int | None = None,
) -> Round:
    """Open the appraisal of a year; whoever belongs to the organisation on `as_of` takes part, probationary ones too.

    Nobody is appraised twice: who takes part in another organisation's appraisal of the year, as after a move, is left
    out.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: a year, day or number of sheets that cannot be, or nobody of the organisation is left that day.
        Conflict: the organisation has an appraisal of that year.
    """
    place = organisation_for(actor, organisation, RUN)
    today = day_of(at)
    usual, low, high = least_sheets_at(place.path, today)
    wanted = usual.number if least_sheets is None else least_sheets
    wrong = {}
    if not today.year - 1 <= year <= today.year:
        wrong["year"] = _("Choose this year or the last one.")
    if as_of > today:
        wrong["as_of"] = _("Choose today or an earlier day: who belongs to the branch later is not known yet.")
    if due_on < today:
        wrong["due_on"] = _("Choose today or a later day.")
    if not low <= wanted <= high:
        given = {"low": low, "high": high, "basis": usual.basis}
        wrong["least_sheets"] = (
            _("Choose a number from %(low)d to %(high)d.") % given
            if usual.local is None
            else _("Choose a number from %(low)d to %(high)d (%(basis)s).") % given
        )
    if wrong:
        raise InvalidInput(wrong)
    members = members_on(place, as_of)
    if not members:
        raise InvalidInput({"as_of": _("No member belongs to this organisation on that day.")})
    others = taking_part_elsewhere(place.pk, year, [one.pk for one in members])
    members = [one for one in members if one.pk not in others]
    if not members:
        raise InvalidInput(
            {"as_of": _("All members of that day take part in the appraisal of another organisation in that year.")}
        )
    try:
        with transaction.atomic():
            made = Round.objects.create(
                organisation=place,
                organisation_path=place.path,
                year=year,
                as_of=as_of,
                due_on=due_on,
                least_sheets=wanted,
                taking_part=len(members),
                opened_at=at,
            )
    except IntegrityError as error:
        if "appraisal_one_a_year" in str(error):
            raise Conflict(
                _("This organisation has an appraisal of that year already. Open it from the list.")
            ) from error
        raise
    Participant.objects.bulk_create(
        Participant(
            round=made,
            organisation_path=place.path,
            member=one,
            name=one.name,
            position=position,
            is_probationary=one.person_category == "probationary",
            is_floating=one.is_floating,
        )
        for position, one in enumerate(members, start=1)
    )
    with acting(Actor.system("setting up the boxes of an appraisal")):  # open to nobody afterwards
        Turnout.objects.bulk_create(Turnout(round=made, organisation_path=place.path, step=step) for step in Step)
        Box.objects.bulk_create(Box(round=made, organisation_path=place.path, step=step) for step in Step)
    record(
        actor,
        OPENED,
        at=at,
        subject=made.id,
        organisation=place.id,
        organisation_path=place.path,
        data={"year": year, "taking_part": len(members)},
    )
    send(
        actor,
        OPENED_MESSAGE,
        to_members=[one.pk for one in members],
        title=str(made),
        text=_("Write your self review and the two anonymous sheets by %(day)s.") % {"day": shown_date(due_on)},
        link=reverse("own_appraisals:index"),
        organisation=place.id,
        organisation_path=place.path,
        subject=made.id,
        at=at,
        key=f"appraisals.opened:{made.id}",
    )
    return made


def members_on(place: Organisation, day: date) -> list[Member]:
    """Who belongs to the organisation on the day and may take part, by pinyin. One query."""
    rows = Member.objects.filter(
        memberships__organisation=place,
        memberships__valid__contains=day,
        memberships__recorded__upper_inf=True,
        membership_status__in=TAKES_PART,
    )
    return list(rows.only("id", "name", "person_category", "is_floating").order_by("pinyin", "id"))


@transaction.atomic
def note_elsewhere(actor: Actor, *, participant: UUID, place: str, at: datetime) -> Participant:
    """Note that the receiving place appraises a floating member ("" takes it back); the member then gets no sheet here.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: sheets were counted.
    """
    found = Participant.objects.filter(pk=participant).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    held = locked_round(actor, found.round_id, RUN)
    if not held.is_collecting:
        raise Conflict(_("The sheets were counted. Who is appraised where can no longer be changed."))
    old, found.elsewhere = found.elsewhere, place.strip()[:120]
    found.save(update_fields=["elsewhere"])
    tell(actor, ELSEWHERE, held, at=at, changes={"elsewhere": (old, found.elsewhere)}, data={"name": found.name})
    return found


@transaction.atomic
def withdraw_round(actor: Actor, *, round_id: UUID, reason: str, at: datetime) -> Round:
    """Withdraw an appraisal, finished or not, so that another can be opened for the year.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no reason. Conflict: it was withdrawn.
    """
    held = locked_round(actor, round_id, RUN)
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why it is withdrawn: it stands in the timeline.")})
    if held.state == Round.State.WITHDRAWN:
        raise Conflict(_("This appraisal was withdrawn."))
    old, held.state = held.state, Round.State.WITHDRAWN
    held.save(update_fields=["state"])
    tell(
        actor,
        WITHDRAWN,
        held,
        at=at,
        reason=reason.strip()[:LONGEST_REASON],
        changes={"state": (old, held.state)},
        data={"meets": [DUTY], "held_on": held.counts_on},
    )
    return held


@transaction.atomic
def finish_round(actor: Actor, *, round_id: UUID, at: datetime) -> Round:
    """Finish an appraisal whose members all have a grade; this meets the duty of its year, also early in the next one.

    Of those who are members no more no grade is asked.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: somebody has no grade yet, or it was finished or withdrawn.
    """
    held = locked_round(actor, round_id, RUN)
    if held.state != Round.State.COUNTED:
        raise Conflict(_("Only an appraisal whose sheets were counted and whose grades are recorded can be finished."))
    ungraded = held.participants.filter(outcome__isnull=True)
    missing = list(ungraded.exclude(pk__in=gone_from(held)).values_list("name", flat=True))
    if missing or held.decided_on is None:
        names = _(", ").join(missing[:5])
        raise Conflict(_("Record first the grade that the meeting decided for: %(names)s.") % {"names": names})
    held.state, held.finished_at = Round.State.FINISHED, at
    held.save(update_fields=["state", "finished_at"])
    tell(
        actor,
        FINISHED,
        held,
        at=at,
        data={
            "meets": [DUTY],
            "held_on": held.counts_on,
            "decided_on": held.decided_on,
            "title": str(held),
            "url": held.get_absolute_url(),
            "taking_part": held.taking_part,
            "excellent": held.excellent,
            "qualified": held.qualified,
            "basically_qualified": held.basically_qualified,
            "unqualified": held.unqualified,
        },
    )
    return held


def locked_round(actor: Actor, round_id: UUID, permission: str) -> Round:
    """The round, locked until the act is over, where the actor holds the permission.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    held = Round.objects.select_for_update().filter(pk=round_id).first()
    if held is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, held.organisation_path, seen_by=VIEW)
    return held


def tell(actor: Actor, kind: EventType, held: Round, *, at: datetime, **more: Any) -> None:
    """Record an act on the timeline of the round."""
    record(
        actor,
        kind,
        at=at,
        subject=held.id,
        organisation=held.organisation_id,
        organisation_path=held.organisation_path,
        **more,
    )
