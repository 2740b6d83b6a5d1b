"""Greeting a member on the political birthday: a person writes it, one member gets it, nothing is published."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.ceremonies.events import GREETED
from lianxin.ceremonies.messages import GREETING
from lianxin.ceremonies.models import Greeting
from lianxin.ceremonies.permissions import GREET, VIEW
from lianxin.ceremonies.queries.birthdays import near_birthday
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.facade import Member
from lianxin.messaging.facade import send
from lianxin.rules.facade import shown_date

LONGEST = 1000


def draft_for(member: Member, on: date) -> str:
    """A draft that the secretary makes their own before it is sent."""
    years = on.year - member.joined_on.year
    return _(
        "Comrade %(name)s:\n%(years)d years ago today, on %(day)s, you joined the Party. The branch congratulates you "
        "on your political birthday and thanks you for what you have done. May you stay in good health."
    ) % {"name": member.name, "years": years, "day": shown_date(member.joined_on)}


@transaction.atomic
def greet(actor: Actor, *, member: UUID, way: str, text: str, at: datetime) -> Greeting:
    """Send the greeting of this year to the member alone, or note that it was given in person.

    Raises:
        NotVisible, NotPermitted: the member lies outside the actor's reach, or the actor may not greet there.
        InvalidInput: no text, one that is too long, or the day is further away than a month.
        Conflict: somebody greeted the member this year already, or a message cannot reach the member.
    """
    row = Member.objects.select_related("organisation").filter(pk=member).first()
    if row is None or not row.is_in_register:
        raise NotVisible(_("There is no such member, or they are not in your organisations."))
    require(actor, GREET, row.organisation_path, seen_by=VIEW)
    if actor.account_id is None:
        raise NotPermitted(_("A greeting is given by a person."))
    on, text = near_birthday(row.joined_on, day_of(at)), text.strip()
    if on is None:
        raise InvalidInput({"text": _("The political birthday is more than a month away.")})
    year = on.year
    _check(way, text)
    greeting = Greeting(
        member=row,
        organisation_id=row.organisation_id,
        organisation_path=row.organisation_path,
        year=year,
        way=way,
        text=text if way == Greeting.Way.MESSAGE else "",
        given_by_id=actor.account_id,
        given_at=at,
    )
    if way == Greeting.Way.MESSAGE:
        message = send(
            actor,
            GREETING,
            to_members=[row.pk],
            title=_("Congratulations on your political birthday"),
            text=text,
            link="",
            organisation=row.organisation_id,
            organisation_path=row.organisation_path,
            subject=row.pk,
            at=at,
            key=f"greeting:{row.pk}:{year}",
        )
        if message is not None and not message.recipients.filter(account__isnull=False).exists():
            raise Conflict(_("The member has no account, so no message can reach them. Greet them in person."))
        greeting.message_id = message.pk if message else None
    try:
        with transaction.atomic():
            greeting.save(force_insert=True)
    except IntegrityError as error:
        if "greeting_once_a_year" not in str(error):
            raise
        raise Conflict(_("Somebody greeted this member this year already.")) from error
    record(
        actor,
        GREETED,
        at=at,
        subject=row.pk,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        data={"year": greeting.year, "way": greeting.way, "url": reverse("ceremonies:birthdays")},
    )
    return greeting


def _check(way: str, text: str) -> None:
    if way not in Greeting.Way.values:
        raise InvalidInput({"way": _("Say how the greeting is given.")})
    if way == Greeting.Way.MESSAGE and not text:
        raise InvalidInput({"text": _("Write the greeting.")})
    if len(text) > LONGEST:
        raise InvalidInput({"text": _("The greeting is longer than 1,000 characters. Shorten it.")})
