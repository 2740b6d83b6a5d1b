"""Messages, duties, ceremonies, preparations, appraisals, ledgers and forms of the world."""

from __future__ import annotations

import uuid
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.probing.world_activities import ABOVE, plant_activities

if TYPE_CHECKING:
    from tests.probing.world import World

APART = 7
"""The turn of what is planted later, apart from what was there: years of its own."""


def plant_life(world: World, key: str, turn: int, *, apart: bool = False) -> None:
    """Everything the modules of organisation life keep, once more for a place; `apart`: nobody elsewhere has a part.

    A turn has years of its own, as there is one appraisal and one list of talks a year.
    """
    plant_activities(world, key, turn, apart=apart)
    _messages(world, key, turn, apart=apart)
    _duties(world, key, turn)
    _ceremonies(world, key, turn)
    _preparations(world, key, turn)
    _appraisals(world, key, turn)
    _ledgers(world, key, turn, apart=apart)


def _messages(world: World, key: str, turn: int, *, apart: bool) -> None:
    from lianxin.messaging import models  # noqa: PLC0415 - after the app registry

    place, by = world.place(key), world.accounts[world.owner(key)]
    first, second = world.members[key][0], world.members[key][1]

    def message(**facts: object) -> models.Message:
        return models.Message.objects.create(
            kind="messaging.notice", organisation=place, organisation_name=place.short_name, subject=uuid.uuid4(),
            title=world.mark(), text=world.mark(), link=f"/{world.mark()}", sender=by, sender_name=world.mark(),
            created_at=world.at, goes_at=world.at, **facts,
        )  # fmt: skip

    noticed, own = message(must_read_by=date(2099, 1, 1), escalated_at=world.at), message()
    to_first = [noticed]
    if not apart and key in ABOVE:
        theirs = world.accounts[world.owner(ABOVE[key])]
        models.Recipient.objects.create(message=noticed, account=theirs, goes_at=world.at)
    for each in (noticed, own):
        for member in (first, second) if each in to_first else (second,):
            account = next((one for one in world.accounts.values() if one.member_id == member.pk), None)
            row = models.Recipient.objects.create(message=each, member=member, account=account, goes_at=world.at)
            models.Delivery.objects.create(
                recipient=row, account=account or by, channel="email", state="failed", reason=world.mark(),
                due_at=world.at,
            )  # fmt: skip
    notice = models.Notice.objects.create(
        organisation=place, title=world.mark(), text=world.mark(), reading_minutes=2, minutes_each=3,
        audience="members", state="sent", created_by=by, created_at=world.at, sent_at=world.at, message=noticed,
        asked=[{"label": world.mark(), "minutes": 1}],
    )  # fmt: skip
    models.Notice.objects.create(
        organisation=place, title=world.mark(), text=world.mark(), reading_minutes=2, minutes_each=3,
        audience="members", created_by=by, created_at=world.at,
    )  # fmt: skip
    for target in (key,) if apart else (key, *(one for one, top in ABOVE.items() if top == key)):
        models.NoticeTarget.objects.create(
            notice=notice, organisation=world.place(target), month=date(2026, 1, 1), readers=2, minutes=5,
            is_from_above=target != key,
        )  # fmt: skip
    if turn == 0:
        models.Preference.objects.create(account=by, email_masked=world.mark(), updated_at=world.at)
    models.PushSubscription.objects.create(
        account=by, endpoint=f"https://push.example/{world.mark()}", p256dh="p", auth="a", device=world.mark(),
        created_at=world.at,
    )  # fmt: skip


def _duties(world: World, key: str, turn: int) -> None:
    from lianxin.duties import models  # noqa: PLC0415 - after the app registry

    place, owner, year = world.place(key), world.accounts[world.owner(key)], 2010 + turn
    act = uuid.uuid4()
    period = {"period_start": date(year, 1, 1), "period_end": date(year, 3, 31)}
    set_here = place.local_values.order_by("valid_from").first()
    models.DutyRow.objects.create(
        organisation=place, organisation_path=place.path, key="general_meeting", rule="r@2018-10-28",
        local_value=set_here,
        met_on=date(year, 2, 1), met_by=act, title=world.mark(), url=f"/{world.mark()}", **period,
    )  # fmt: skip
    models.Act.objects.create(
        act=act, organisation=place, meets="general_meeting", event_kind="activities.held",
        held_on=date(year, 2, 1), title=world.mark(), url=f"/{world.mark()}", position=1,
    )  # fmt: skip
    models.Count.objects.create(organisation_path=place.path, key=world.mark(), due=1, met=1, **period)
    if turn == 0:
        models.Feed.objects.create(
            account=owner, organisation=place, digest=sha256(key.encode()).hexdigest(), created_at=world.at
        )


def _ceremonies(world: World, key: str, turn: int) -> None:
    from lianxin.ceremonies.models import Greeting  # noqa: PLC0415 - after the app registry

    for member in world.members[key][:2]:
        Greeting.objects.create(
            member=member, organisation=world.place(key), year=2010 + turn, way="message", text=world.mark(),
            given_by=world.accounts[world.owner(key)], given_at=world.at,
        )  # fmt: skip


def _preparations(world: World, key: str, turn: int) -> None:
    from lianxin.preparations import models  # noqa: PLC0415 - after the app registry

    place, first, second = world.place(key), world.members[key][0], world.members[key][1]
    year = models.TalkYear.objects.create(organisation=place, year=2010 + turn)
    talk = models.Talk.objects.create(
        talk_year=year, organisation=place, kind="members", first=second, second=world.members[key][2],
        first_name=world.mark(), second_name=world.mark(), talked_on=date(2026, 1, 1), recorded_by=world.mark(),
    )  # fmt: skip
    models.TalkNote.objects.create(
        talk=talk, organisation=place, first=talk.first, second=talk.second, text=world.mark(),
        talked_on=date(2026, 1, 1),
    )  # fmt: skip
    models.Talk.objects.create(
        talk_year=year, organisation=place, kind="members", first=first, second=world.members[key][2],
        first_name=world.mark(), second_name=world.mark(),
    )  # fmt: skip
    made = models.Preparation.objects.create(
        organisation=place, kind="org_life_meeting", topic=world.mark(), planned_on=date(2026, 12, 1),
        opened_at=world.at,
    )  # fmt: skip
    models.Study.objects.create(preparation=made, studied_on=date(2026, 1, 1), what=world.mark())
    models.Opinion.objects.create(
        preparation=made, source="members", about=world.mark(), text=world.mark(), author=world.mark(),
        given_on=date(2026, 1, 1),
    )  # fmt: skip
    for author, reader, is_handed_in in ((first, second, True), (second, world.members[key][2], False)):
        examination = models.Examination.objects.create(
            preparation=made, author=author, author_name=world.mark(), handed_in_at=world.at if is_handed_in else None
        )
        models.ExaminationText.objects.create(
            preparation=made, examination=examination, author=author, text=world.mark(), is_handed_in=is_handed_in,
            updated_at=world.at,
        )  # fmt: skip
        if reader != author:
            models.Reader.objects.create(preparation=made, examination=examination, member=reader, name=world.mark())
        models.Rectification.objects.create(
            organisation=place, preparation=made, problem=world.mark(), measure=world.mark(), owner=author,
            owner_name=world.mark(), due_on=date(2099, 1, 1), evidence=world.mark(), answer=world.mark(),
        )  # fmt: skip
        models.Criticism.objects.create(
            preparation=made, by=world.mark(), of=author, of_name=world.mark(), text=world.mark(),
            recorded_on=date(2026, 1, 1),
        )  # fmt: skip


def _appraisals(world: World, key: str, turn: int) -> None:
    from lianxin.appraisals import models  # noqa: PLC0415 - after the app registry

    held = models.Round.objects.create(
        organisation=world.place(key), year=2010 + turn, as_of=date(2026, 1, 1), due_on=date(2099, 1, 1),
        least_sheets=3, opened_at=world.at, minutes_reference=world.mark(),
    )  # fmt: skip
    for position, member in enumerate(world.members[key][:2]):
        taking_part = models.Participant.objects.create(
            round=held, member=member, name=world.mark(), position=position, elsewhere=world.mark()
        )
        both = {"round": held, "participant": taking_part}
        models.SelfReview.objects.create(
            **both, member=member, text=world.mark(), handed_in_at=None if position else world.at, updated_at=world.at
        )
        models.Outcome.objects.create(
            **both, member=member, grade="qualified", note=world.mark(), signature="objected",
            objection=world.mark(), answer=world.mark(), answered_by=world.mark(),
        )  # fmt: skip
        models.Opinion.objects.create(**both, text=world.mark())
        models.Tally.objects.create(**both, step="mutual", is_paper=False, qualified=3)
    for step in ("mutual", "mass"):
        models.Turnout.objects.create(round=held, step=step, handed_in=[])
        models.Box.objects.create(round=held, step=step, contents="")
    models.PaperCount.objects.create(
        round=held, handed_out=3, returned=3, counted_on=date(2026, 1, 1), first_counter=world.mark(),
        second_counter=world.mark(),
    )  # fmt: skip


def _ledgers(world: World, key: str, turn: int, *, apart: bool) -> None:
    from lianxin.files.models import Attachment  # noqa: PLC0415 - after the app registry
    from lianxin.files.storage import store  # noqa: PLC0415 - the same
    from lianxin.ledgers import models  # noqa: PLC0415 - the same

    place, by = world.place(key), world.accounts[world.owner(key)]

    def file() -> object:
        kept = store(f"{world.mark()}.docx", [world.mark().encode()], by=by.id, at=world.at)
        Attachment.objects.create(file=kept, organisation=place, account=by)
        return kept

    if not apart:
        layout = models.Layout.objects.create(
            organisation=place, organisation_name=place.short_name, name=world.mark(), kind="docx", created_at=world.at
        )
        models.LayoutVersion.objects.create(
            layout=layout, number=1, file=file(), file_name=world.mark(), size=9, fields=[world.mark()],
            uploaded_by=by, uploaded_by_name=world.mark(), uploaded_at=world.at,
        )  # fmt: skip
    form = models.ReportForm.objects.create(
        organisation=place, organisation_name=place.short_name, title=world.mark(), text=world.mark(),
        audience="below", due_on=date(2099, 1, 1), since=date(2026, 1, 1), until=date(2026, 6, 30), state="open",
        created_by=by, created_at=world.at, sent_at=world.at,
    )  # fmt: skip
    question = models.Question.objects.create(
        form=form, position=1, label=world.mark(), sound=f"question {key} {turn}", kind="text", minutes=1,
        differs=world.mark(),
    )  # fmt: skip
    for target in (key,) if apart else (key, *(one for one, top in ABOVE.items() if top == key)):
        reply = models.Reply.objects.create(
            form=form, organisation=world.place(target), state="draft", answers={str(question.pk): world.mark()},
            taken={"x": world.mark()}, sent_by_name=world.mark(),
        )  # fmt: skip
        models.ReplyFile.objects.create(reply=reply, question=question, file=file(), name=world.mark())
