"""Forms: written, looked at with their cost, sent, followed, taken away."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.errors import Conflict, InvalidInput, Refusal
from lianxin.kernel.spreadsheets.columns import Column, Kind
from lianxin.kernel.spreadsheets.writing import write_xlsx
from lianxin.kernel.time import now, today
from lianxin.kernel.web.listing import ListColumn, Listing, Sort
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.ledgers.actions.forms import (
    AskedAlready,
    Collision,
    change_form,
    close_form,
    discard_form,
    preview_form,
    send_form,
    write_form,
)
from lianxin.ledgers.forms import ReportFormForm
from lianxin.ledgers.models import Question, Reply, ReportForm
from lianxin.ledgers.models.layout import FileKind
from lianxin.ledgers.permissions import FILL, FORM_SEND, FORM_VIEW, FORM_WRITE
from lianxin.ledgers.queries.forms import (
    FORMS,
    form_for,
    forms_within,
    places_to_write_for,
    progress_of,
    replies_given,
    replies_of,
    replies_to_give,
)
from lianxin.ledgers.views.ledgers import as_file, tabs
from lianxin.messaging.facade import cap_on

LATELY = 10


@screen(FORM_VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """What one's organisations have to fill in, and the forms one's organisations wrote."""
    writes = request.actor.may_somewhere(FORM_WRITE)
    fills = request.actor.may_somewhere(FILL)
    context = {
        "tabs": tabs(request, "forms"),
        "to_give": replies_to_give(request.actor) if fills else [],
        "given": replies_given(request.actor, most=LATELY) if fills else [],
        "page": FORMS.page(forms_within(request.actor), request.GET) if writes or not fills else None,
        "may_write": writes,
        "day": today(),
    }
    return render(request, "ledgers/forms.html", context)


def _beside_fields(form: ReportFormForm, refusal: InvalidInput, *, but: str = "") -> None:
    for name, sentences in refusal.fields.items():
        if name != but:
            form.add_error(name if name in form.fields else None, [str(one) for one in sentences])


def _written(request: Request, form: ReportFormForm, found: ReportForm | None) -> HttpResponseBase:
    """The page on which a form is written; a form that was sent in is kept if it can be."""
    collisions: list[Collision] = []
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            if found is None:
                made = write_form(request.actor, organisation=UUID(given["organisation"]), draft=form.draft(), at=now())
            else:
                made = change_form(
                    request.actor, form=found.pk, draft=form.draft(), version=given["version"] or 0, at=now()
                )
        except AskedAlready as refusal:
            collisions = list(refusal.found)
            _beside_fields(form, refusal, but="questions")  # said in the list of what is held, one by one
        except InvalidInput as refusal:
            _beside_fields(form, refusal)
        except Conflict as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("ledgers:review", made.pk)
    kept = {key: value for key, value in request.POST.items() if key.startswith("take:")}
    context = {"form": form, "found": found, "collisions": collisions, "kept": kept}
    return render(request, "ledgers/form_write.html", context, status=422 if form.is_bound else 200)


@screen(FORM_WRITE)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Write a form; what is held is refused beside its line, with the place and the offer to take it from there."""
    form = ReportFormForm(request.POST or None, places=places_to_write_for(request.actor), today=today())
    return _written(request, form, None)


@screen(FORM_WRITE)
@require_http_methods(["GET", "POST"])
def change(request: Request, form: UUID) -> HttpResponseBase:
    """Change a draft."""
    found = form_for(request.actor, form, FORM_WRITE)
    places = places_to_write_for(request.actor)
    return _written(request, ReportFormForm(request.POST or None, places=places, today=today(), form=found), found)


@screen(FORM_WRITE)
@require_http_methods(["GET", "POST"])
def review(request: Request, form: UUID) -> HttpResponseBase:
    """The second look: what it costs, what it spares, who asks the same. Sending is the only way past this page."""
    found = form_for(request.actor, form, FORM_WRITE)
    if found.state != ReportForm.State.DRAFT:
        return redirect("ledgers:form", found.pk)
    sentence, status = "", 200
    if request.method == "POST":
        try:
            sent = send_form(
                request.actor,
                form=found.pk,
                version=int(request.POST.get("version") or 0),
                seen=request.POST.get("seen", ""),
                accepts_over="accepts_over" in request.POST,
                at=now(),
            )
        except ValueError:
            sentence, status = _("Look at the cost once more, then send."), 422
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            sentence, status = str(refusal.sentence), 422 if isinstance(refusal, InvalidInput) else 409
        else:
            messages.success(
                request, _("The form has gone out.") if sent.notice_id else _("The records are being read.")
            )
            return redirect("ledgers:form", sent.pk)
    preview = None
    try:
        preview = preview_form(request.actor, found, at=now())
    except InvalidInput as refusal:
        sentence, status = str(refusal), 422
    context = {
        "form": found,
        "preview": preview,
        "also": [one for found_there in preview.also.values() for one in found_there] if preview else [],
        "rule": cap_on(today()),
        "sentence": sentence,
        "may_send": request.actor.may(FORM_SEND, found.organisation_path),
    }
    return render(request, "ledgers/form_review.html", context, status=status)


@screen(FORM_WRITE)
@require_POST
def discard(request: Request, form: UUID) -> HttpResponseBase:
    """Throw a draft away."""
    discard_form(request.actor, form=form, at=now())
    messages.success(request, _("The draft was discarded."))
    return redirect("ledgers:forms")


@screen(FORM_SEND)
@require_POST
def close(request: Request, form: UUID) -> HttpResponseBase:
    """Take no more answers."""
    closed = close_form(request.actor, form=form, at=now())
    messages.success(request, _("The form is closed."))
    return redirect("ledgers:form", closed.pk)


def _answer(question: Question) -> Any:
    key = str(question.pk)

    def value(row: Reply) -> Any:
        return row.taken.get(key, "") if question.held else row.answers.get(key, "") if row.sent_at else ""

    return value


def results(form: ReportForm) -> Listing[Reply]:
    """The answers to a form as a list: an organisation a row, a question a column."""
    return Listing(
        name="ledgers_replies",
        columns=(
            ListColumn(
                "organisation",
                gettext_lazy("Organisation"),
                lambda row: row.organisation.short_name,
                template="ledgers/cell_reply.html",
            ),
            ListColumn(
                "state", gettext_lazy("State"), lambda row: row.get_state_display(), template="ledgers/cell_state.html"
            ),
            *(
                ListColumn(str(one.pk), one.label, _answer(one))
                for one in form.questions.all()
                if one.kind != Question.Kind.FILE
            ),
        ),
        sorts=(Sort("place", gettext_lazy("By place"), ("organisation_path", "id")),),
        page_size=100,
    )


@screen(FORM_VIEW)
@require_GET
def form(request: Request, form: UUID) -> HttpResponseBase:
    """A form that has gone out: how far it is, and the answers."""
    found = form_for(request.actor, form)
    if found.state == ReportForm.State.DRAFT:
        return redirect("ledgers:review", found.pk)
    questions = list(found.questions.all())
    taken = [one for one in questions if one.held]
    context = {
        "form": found,
        "page": results(found).page(replies_of(found), request.GET),
        "progress": progress_of(found),
        "not_asked": len(taken),
        "saved_total": found.minutes_saved * found.organisations,
        "may_close": request.actor.may(FORM_SEND, found.organisation_path) and found.state == ReportForm.State.OPEN,
    }
    return render(request, "ledgers/form.html", context)


@screen(FORM_VIEW, rate="export")
@require_POST
def table(request: Request, form: UUID) -> HttpResponseBase:
    """The answers as an Excel workbook."""
    found = form_for(request.actor, form)
    columns = results(found).columns
    heads = [Column(key=one.key, label=str(one.label), kind=Kind.TEXT) for one in columns]
    made = BytesIO()
    rows = ([str(one.value(row)) for one in columns] for row in replies_of(found).iterator(chunk_size=1000))
    write_xlsx(made, found.title, heads, rows)
    return as_file(f"{found.title}.xlsx", made.getvalue(), FileKind.XLSX)
