"""Minutes as PDF and Word, and the public page on which anybody who holds a copy checks it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lianxin.activities.documents.pdf import pdf_of
from lianxin.activities.documents.shown import Shown, shown_minutes
from lianxin.activities.documents.word import word_of
from lianxin.activities.models import Minutes
from lianxin.activities.permissions import MINUTES_VIEW, OWN_MINUTES
from lianxin.activities.queries.document import checked
from lianxin.activities.queries.minutes import minutes_for
from lianxin.activities.queries.minutes_content import confirmed_content, content_of
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public, screen

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _shown(request: Request, minutes: Minutes) -> Shown:
    content = confirmed_content(minutes) if minutes.is_confirmed else content_of(minutes)
    address = request.build_absolute_uri(reverse("own_activities:check", args=[minutes.code]))
    return shown_minutes(content, minutes, address=address)


def _sent(content: bytes, kind: str, shown: Shown, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = f"{shown.title}.{ending}" if not shown.draft else f"{shown.title}（{shown.draft}）.{ending}"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_GET
def _pdf(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    shown = _shown(request, minutes)
    made = pdf_of(shown, content=minutes.content, at=minutes.confirmed_at or now())
    return _sent(made, "application/pdf", shown, "pdf")


@require_GET
def _word(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    shown = _shown(request, minutes)
    return _sent(word_of(shown), WORD, shown, "docx")


@public("whoever holds a copy may check it; the code is the key and the page holds nothing personal", rate="check")
@require_GET
def check(request: Request, code: str) -> HttpResponseBase:
    """What the holder of printed minutes may verify. A code that is none looks the same whatever the reason."""
    found = checked(code)
    context = {"found": found, "sentence": _("There is no confirmed record with this code. Compare it with the paper.")}
    return render(request, "activities/minutes_check.html", context, status=200 if found else 404)


pdf = screen(MINUTES_VIEW, rate="export")(_pdf)
own_pdf = screen(OWN_MINUTES, rate="export")(_pdf)
word = screen(MINUTES_VIEW, rate="export")(_word)
own_word = screen(OWN_MINUTES, rate="export")(_word)
