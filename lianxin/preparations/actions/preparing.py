"""Beginning and closing a preparation, studies, opinions and points of criticism."""

import random
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, Sentence
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import send
from lianxin.organisations.facade import organisation_for
from lianxin.preparations import messages
from lianxin.preparations.actions.recording import locked_preparation, nothing_there, own_id, tell
from lianxin.preparations.events import CLOSED, CRITICISED, OPENED, OPINION_GIVEN, STUDIED
from lianxin.preparations.models import Criticism, Examination, Opinion, Preparation, Study
from lianxin.preparations.permissions import RUN, VIEW
from lianxin.preparations.queries.people import people_of
from lianxin.rules.facade import shown_date

LONGEST_TEXT = 2000
LONGEST_LINE = 300


@transaction.atomic
def open_preparation(
    actor: Actor,
    *,
    organisation: UUID,
    kind: str,
    topic: str,
    planned_on: date,
    authors: Iterable[UUID],
    at: datetime,
    activity_id: UUID | None = None,
) -> Preparation:
    """Begin to prepare a meeting; `authors` are the members who write a self-examination text.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no topic, no such kind, or an author who does not belong here.
        Conflict: the meeting is prepared already.
    """
    place = organisation_for(actor, organisation, RUN)
    people = {one.id: one for one in people_of(place.pk)}
    chosen = list(dict.fromkeys(authors))
    wrong: dict[str, Sentence] = {}
    if not topic.strip():
        wrong["topic"] = _("Write the topic of the meeting.")
    if kind not in Preparation.Kind.values:
        wrong["kind"] = _("Choose the kind of meeting.")
    if not set(chosen) <= people.keys():
        wrong["authors"] = _("Choose members of this organisation.")
    if wrong:
        raise InvalidInput(wrong)
    try:
        with transaction.atomic():
            made = Preparation.objects.create(
                organisation=place,
                organisation_path=place.path,
                kind=kind,
                topic=topic.strip()[:120],
                planned_on=planned_on,
                activity_id=activity_id,
                opened_at=at,
            )
    except IntegrityError as error:
        if "preparation_once_an_activity" in str(error):
            raise Conflict(_("This meeting is being prepared already. Open the list from its page.")) from error
        raise
    Examination.objects.bulk_create(
        Examination(preparation=made, organisation_path=place.path, author_id=key, author_name=people[key].name)
        for key in chosen
    )
    tell(actor, OPENED, made, at=at, effective_on=planned_on, data={"kind": kind, "authors": len(chosen)})
    send(
        actor,
        messages.ASKED,
        to_members=chosen,
        title=_("A self-examination text is asked of you"),
        text=_("%(topic)s, planned for %(day)s.") % {"topic": made.topic, "day": shown_date(planned_on)},
        link=messages.own_link(),
        organisation=place.pk,
        organisation_path=place.path,
        subject=made.pk,
        at=at,
        key=f"preparations.asked:{made.pk}",
    )
    return made


@transaction.atomic
def close_preparation(actor: Actor, *, preparation: UUID, at: datetime) -> Preparation:
    """Close a preparation after the meeting; what is to be put right goes on and is shown by the next one.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is closed.
    """
    held = locked_preparation(actor, preparation, RUN)
    held.closed_at = at
    held.save(update_fields=["closed_at"])
    open_items = held.rectifications.exclude(state="closed").count()
    tell(actor, CLOSED, held, at=at, data={"carried_on": open_items})
    return held


@transaction.atomic
def record_study(actor: Actor, *, preparation: UUID, studied_on: date, what: str, at: datetime) -> Study:
    """Record what was studied before the meeting.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: nothing written, or a day in the future. Conflict: it is closed.
    """
    held = locked_preparation(actor, preparation, RUN)
    wrong: dict[str, Sentence] = {}
    if not what.strip():
        wrong["what"] = _("Write what was studied.")
    if studied_on > day_of(at):
        wrong["studied_on"] = _("Choose today or an earlier day.")
    if wrong:
        raise InvalidInput(wrong)
    made = Study.objects.create(
        preparation=held,
        organisation_path=held.organisation_path,
        studied_on=studied_on,
        what=what.strip()[:LONGEST_LINE],
    )
    tell(actor, STUDIED, held, at=at, effective_on=studied_on, data={"what": made.what})
    return made


@transaction.atomic
def give_opinion(
    actor: Actor,
    *,
    preparation: UUID,
    source: str,
    about: str,
    text: str,
    signed: bool,
    at: datetime,
    at_desk: bool = False,
) -> None:
    """Give an opinion before a meeting, with one's name or anonymously, or `at_desk` record one given on paper.

    An anonymous opinion is written by the product itself, without event, and all anonymous ones of the meeting are
    written anew in random order with it: neither order nor transaction tells when one came. That holds for everybody,
    the secretary included: only what is recorded at the desk for others leaves an event that names the recorder.

    Raises:
        NotVisible: no such meeting is prepared where the actor belongs, or for `at_desk` works.
        NotPermitted: the actor sees it but may not record for others there.
        InvalidInput: nothing written, or too much. Conflict: it is closed.
    """
    held = Preparation.objects.filter(pk=preparation).first()
    if held is None:
        raise nothing_there()
    if at_desk:
        require(actor, RUN, held.organisation_path, seen_by=VIEW)
    else:
        own_id(actor)
    if not held.is_open:
        raise Conflict(_("This preparation is closed."))
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise InvalidInput({"text": _("Write the opinion, in up to %(most)d characters.") % {"most": LONGEST_TEXT}})
    if source not in Opinion.Source.values:
        raise InvalidInput({"source": _("Choose where the opinion comes from.")})
    made = Opinion(
        preparation=held,
        organisation_path=held.organisation_path,
        source=source,
        about=about.strip()[:80],
        text=said,
        author=actor.name if signed else "",
        given_on=day_of(at),
    )
    if signed or at_desk:
        made.save(force_insert=True)
        tell(actor, OPINION_GIVEN, held, at=at, data={"source": source})
        return
    with acting(Actor.system("taking in an anonymous opinion")):
        Preparation.objects.select_for_update().get(pk=held.pk)
        rows = [*Opinion.objects.filter(preparation=held, author=""), made]
        Opinion.objects.filter(preparation=held, author="").delete()
        random.SystemRandom().shuffle(rows)
        Opinion.objects.bulk_create(rows)


@transaction.atomic
def record_criticism(actor: Actor, *, preparation: UUID, by: str, of: UUID, text: str, at: datetime) -> Criticism:
    """Write down afterwards what somebody was criticised for in the meeting; that member and the secretary read it.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: nobody, nothing, or too much written. Conflict: it is closed.
    """
    held = locked_preparation(actor, preparation, RUN)
    people = {one.id: one for one in people_of(held.organisation_id)}
    wrong: dict[str, Sentence] = {}
    if of not in people:
        wrong["of"] = _("Choose a member of this organisation.")
    if not by.strip():
        wrong["by"] = _("Write who said it.")
    if not text.strip() or len(text) > LONGEST_TEXT:
        wrong["text"] = _("Write the point, in up to %(most)d characters.") % {"most": LONGEST_TEXT}
    if wrong:
        raise InvalidInput(wrong)
    made = Criticism(
        preparation=held,
        organisation_path=held.organisation_path,
        by=by.strip()[:80],
        of_id=of,
        of_name=people[of].name,
        text=text.strip(),
        recorded_on=day_of(at),
    )
    made.save(force_insert=True)
    tell(actor, CRITICISED, held, at=at, data={"of": made.of_name})
    return made
