"""Filling in a form: one page, the draft kept, what the records hold already there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.ledgers.actions.replies import file_of, save_reply, send_reply, take_back_reply
from lianxin.ledgers.forms import ReplyForm
from lianxin.ledgers.models import Reply, ReportForm
from lianxin.ledgers.permissions import FILL, FORM_VIEW
from lianxin.ledgers.queries.forms import items_of, reply_for, reply_of_actor, sees_answers, works_there
from lianxin.ledgers.queries.taken import taken_values


@screen(FORM_VIEW)
@require_GET
def fill(request: Request, form: UUID) -> HttpResponseBase:
    """From the notice to the page of one's own organisation, or to the form for who wrote it."""
    own = reply_of_actor(request.actor, form)
    return redirect("ledgers:reply", own.pk) if own is not None else redirect("ledgers:form", form)


@screen(FORM_VIEW)
@require_http_methods(["GET", "POST"])
def reply(request: Request, reply: UUID) -> HttpResponseBase:
    """The answers of one organisation."""
    found = reply_for(request.actor, reply)
    may_fill = works_there(request.actor, found, FILL)
    is_open = found.form.state == ReportForm.State.OPEN and found.state != Reply.State.SENT
    taken = found.taken if found.state == Reply.State.SENT else taken_values(request.actor, found)
    items = items_of(request.actor, found, taken)
    is_shown = sees_answers(request.actor, found)
    status = 200
    if request.method == "POST":
        form = ReplyForm(request.POST, request.FILES, items=items, version=found.version)
        status = 422
        if form.is_valid():
            kept = attempt(
                form,
                lambda: save_reply(
                    request.actor,
                    reply=found.pk,
                    answers=form.answers(),
                    version=form.cleaned_data["version"],
                    files=form.uploads(),
                    at=now(),
                ),
            )
            if kept is not None and "send" not in request.POST:
                messages.success(request, _("Your draft is kept."))
                return redirect("ledgers:reply", kept.pk)
            if kept is not None:
                version = kept.version
                sent = attempt(form, lambda: send_reply(request.actor, reply=kept.pk, version=version, at=now()))
                if sent is not None:
                    messages.success(request, _("The answers were sent."))
                    return redirect("ledgers:reply", sent.pk)
                again = request.POST.copy()  # what was kept has a new version
                again["version"] = str(version)
                form.data = again
                found = kept
    else:
        form = ReplyForm(items=items, version=found.version)
    context = {
        "reply": found,
        "report": found.form,
        "form": form,
        "items": items,
        "taken": [one for one in items if not one.is_asked],
        "asked": [one for one in items if one.is_asked],
        "files": list(found.files.all()) if is_shown else [],
        "is_shown": is_shown,
        "may_fill": may_fill and is_open,
        "may_take_back": may_fill and found.state == Reply.State.SENT and found.form.state == ReportForm.State.OPEN,
    }
    return render(request, "ledgers/reply.html", context, status=status)


@screen(FILL)
@require_POST
def take_back(request: Request, reply: UUID) -> HttpResponseBase:
    """Open sent answers again."""
    row = take_back_reply(request.actor, reply=reply, at=now())
    messages.success(request, _("You can mend the answers now; send them again afterwards."))
    return redirect("ledgers:reply", row.pk)


@screen(FORM_VIEW)
@require_GET
def file(request: Request, reply: UUID, file: UUID) -> HttpResponseBase:
    """A file handed in with an answer."""
    name, content = file_of(request.actor, reply=reply, file=file)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
