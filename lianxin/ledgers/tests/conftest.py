"""A branch with nine members, what it held this year, and helpers for layouts and forms."""

from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from lianxin.activities.models import Activity, AgendaItem, MakeUp, Minutes, Participant
from lianxin.activities.tests.minutes_meeting import another, people, written
from lianxin.kernel.edge.uploads import Kind, accept_upload
from lianxin.kernel.time import SHANGHAI
from lianxin.ledgers.actions.forms import Asked, FormDraft, preview_form, send_form, write_form
from lianxin.ledgers.periods import Period
from lianxin.members.facade import Post


@pytest.fixture
def year(today):
    """The present year."""
    return Period.year(today.year)


@pytest.fixture
def branch(cast, at, today):
    """Nine members of willow, the first its secretary; nothing was held yet."""
    found = people(cast, at, 9)
    Post.objects.create(organisation=cast.willow, member=found[0], kind="secretary", since=today - timedelta(days=300))
    return found


@pytest.fixture
def held(cast, at, branch, today):
    """Something that was held this year in willow, by default a lecture of two hours; seven of nine came."""

    def held(day=1, *, kinds=("party_lecture",), hours=2, title="学习党章", came=7, study=0, **facts):
        begins = datetime.combine(today.replace(month=1, day=day), time(9), SHANGHAI)
        meeting = another(
            cast,
            at,
            branch,
            came=came,
            items=(),
            kinds=list(kinds),
            title=title,
            starts_at=begins,
            ends_at=begins + timedelta(hours=hours),
            held_at=begins + timedelta(hours=hours),
            state=Activity.State.HELD,
            **facts,
        )
        if study:
            AgendaItem.objects.create(
                activity=meeting.activity, position=1, title="集中学习", kind="study", minutes=study
            )
        return meeting

    return held


@pytest.fixture
def make_up(cast, at):
    """A member made up for a meeting on a day."""

    def make_up(meeting, who, on):
        minutes = Minutes.objects.filter(activity=meeting.activity).first() or written(cast, meeting)
        MakeUp.objects.create(
            minutes=minutes,
            member=meeting.members[who],
            what="补学党课",
            done_on=on,
            noted_at=at,
            noted_by=cast.secretary,
        )

    return make_up


@pytest.fixture
def excuse():
    """A member is not expected at a meeting."""

    def excuse(meeting, who):
        Participant.objects.filter(activity=meeting.activity, member=meeting.members[who]).update(is_excused=True)

    return excuse


def document(*paragraphs, table=(), header=""):
    """A Word file with paragraphs and one table (a list of rows of texts)."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        drawn = made.add_table(len(table), len(table[0]))
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                drawn.cell(row, column).text = text
    if header:
        made.sections[0].header.paragraphs[0].text = header
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def accepted(content, name="台账.docx"):
    """The file as the edge hands it on."""
    return accept_upload(SimpleUploadedFile(name, content), (Kind.document, Kind.spreadsheet))


@pytest.fixture
def draft(today, year):
    """A form for all organisations below."""

    def draft(*questions, **given):
        facts = {
            "title": "集体经济情况",
            "text": "用于制定明年的扶持计划。",
            "audience": "below",
            "due_on": today + timedelta(days=7),
            "since": year.since,
            "until": year.until,
            "questions": [one if isinstance(one, Asked) else Asked(one, "number") for one in questions],
        }
        return FormDraft(**facts | given)

    return draft


@pytest.fixture
def sent(cast, at, draft):
    """A form of the town's that has gone out."""

    def sent(*questions, who="town_clerk", place="north", **given):
        actor = cast.actor(who)
        made = write_form(actor, organisation=getattr(cast, place).id, draft=draft(*questions, **given), at=at)
        seen = preview_form(actor, made, at=at).seen
        return send_form(actor, form=made.pk, version=made.version, seen=seen, accepts_over=True, at=at)

    return sent
