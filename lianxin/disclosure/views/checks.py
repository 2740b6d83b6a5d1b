"""Handing in what is to be published, and what the check found."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.disclosure.actions.handing_in import LARGEST_FILE, check_attachment, check_text
from lianxin.disclosure.actions.opening import masked_copy, open_original
from lianxin.disclosure.forms import AskForm, FileForm, TextForm
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import ASK, DECIDE, RUN, VIEW
from lianxin.disclosure.queries.checks import (
    CHECKS,
    check_for,
    checks_within,
    count_to_decide,
    overrides_of,
    places_for,
)
from lianxin.disclosure.storage import MASKED, ORIGINAL, content_of
from lianxin.disclosure.wording import KINDS, UNREAD, place_in_words, problem_sentence
from lianxin.kernel.authz import Actor
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

FORM_BYTES = 64 * 1024
"""What the other fields of the form may weigh on the wire beside the file."""
FINDINGS_SHOWN = 200
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Checks at the actor's organisations, newest first."""
    params = request.GET.copy()
    params.setdefault("sort", "-created")
    context = {
        "page": CHECKS.page(checks_within(request.actor), params),
        "may_run": request.actor.may_somewhere(RUN),
        "may_decide": request.actor.may_somewhere(DECIDE),
        "to_decide": count_to_decide(request.actor),
    }
    return render(request, "disclosure/checks.html", context)


def _forms(request: Request) -> tuple[TextForm, FileForm]:
    places = places_for(request.actor, request.GET.get("organisation", ""))
    initial = {"organisation": request.GET.get("organisation") or (places[0][0] if places else "")}
    return TextForm(initial=initial, places=places, prefix=None), FileForm(initial=initial, places=places, prefix=None)


def _new_page(
    request: Request,
    text: TextForm | None = None,
    file: FileForm | None = None,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    blank_text, blank_file = _forms(request)
    context = {
        "text_form": text or blank_text,
        "file_form": file or blank_file,
        "kind": "file" if file is not None or request.GET.get("kind") == "file" or sentence else "text",
        "max_bytes": LARGEST_FILE,
        "sentence": sentence,
    }
    return render(request, "disclosure/new.html", context, status=status)


@screen(RUN)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Paste a text, or choose a file."""
    if request.method == "GET":
        return _new_page(request)
    form = TextForm(request.POST, places=places_for(request.actor, request.POST.get("organisation", "")))
    if form.is_valid():
        asked = form.cleaned_data
        check = attempt(
            form,
            lambda: check_text(
                request.actor,
                organisation=UUID(asked["organisation"]),
                title=asked["title"],
                text=asked["text"],
                at=now(),
            ),
        )
        if check is not None:
            return redirect("disclosure:check", check.pk)
    return _new_page(request, text=form, status=422)


def new_file(request: HttpRequest) -> HttpResponseBase:
    """Hand in a file. What is too large is refused before its content is read."""
    return _hand_in(request)


@screen(RUN)
@require_http_methods(["GET", "POST"])
def _hand_in(request: Request) -> HttpResponseBase:
    if request.method == "GET":
        return redirect(f"{reverse('disclosure:new')}?kind=file")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FILE + FORM_BYTES:
        return _new_page(request, sentence=problem_sentence("too_large"), status=413)
    answer: HttpResponseBase = csrf_protect(_handed_in)(request)
    return answer


def _handed_in(request: Request) -> HttpResponseBase:
    places = places_for(request.actor, request.POST.get("organisation", ""))
    form = FileForm(request.POST, request.FILES, places=places)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        check = attempt(
            form,
            lambda: check_attachment(
                request.actor,
                organisation=UUID(form.cleaned_data["organisation"]),
                name=upload.name,
                chunks=upload.chunks(),
                at=now(),
            ),
        )
        if check is not None:
            return redirect("disclosure:check", check.pk)
    return _new_page(request, file=form, status=422)


new_file.permission = RUN  # type: ignore[attr-defined]
new_file = csrf_exempt(new_file)  # the token is checked by _hand_in, once the size is known to be bearable


@screen(VIEW)
@require_GET
def detail(request: Request, check: UUID) -> HttpResponseBase:
    """What was found and where, the masked copy, and the way to an override."""
    return check_page(request, check_for(request.actor, check))


def check_page(request: Request, found: Check, *, form: AskForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a check; with the form of a request that was refused."""
    if found.state == Check.State.WAITING:
        return render(request, "disclosure/waiting.html", {"check": found})
    actor = request.actor
    overrides = overrides_of(found)
    is_own = found.account_id == actor.account_id
    context: dict[str, Any] = {
        "check": found,
        "findings": [
            {"kind": KINDS.get(one["kind"], one["kind"]), "place": place_in_words(one["place"]), **_shown(one)}
            for one in found.findings[:FINDINGS_SHOWN]
        ],
        "more": max(0, found.found - FINDINGS_SHOWN),
        "unread": [(UNREAD.get(one["code"], one["code"]), place_in_words(one["place"])) for one in found.unread],
        "problem": problem_sentence(found.problem) if found.problem else "",
        "overrides": overrides,
        "in_force": next((one for one in overrides if one.is_in_force(now())), None),
        "open": next((one for one in overrides if one.state == Override.State.OPEN), None),
        "form": form or AskForm(),
        "may_ask": actor.may(ASK, found.organisation_path),
        "may_decide": _may_decide(actor, found, overrides),
        "may_open": found.has_content and (is_own or actor.may(DECIDE, found.organisation_path)),
        "excerpt": list(_excerpt(found)),
        "happened": timeline(found.pk),
    }
    return render(request, "disclosure/check.html", context, status=status)


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return {"masked": one["masked"], "sure": one["sure"]}


def _may_decide(actor: Actor, found: Check, overrides: list[Override]) -> bool:
    waits = next((one for one in overrides if one.state == Override.State.OPEN), None)
    involved = {found.account_id, waits.asked_by_id if waits else None}
    return waits is not None and actor.account_id not in involved and actor.may(DECIDE, found.organisation_path)


def _excerpt(found: Check) -> Iterator[tuple[str, bool]]:
    """A pasted text as it would look masked: pieces, and whether each is a masked number."""
    if found.kind != Check.Kind.TEXT or not found.has_content:
        return
    text = content_of(found.pk, MASKED if found.masked_sha256 else ORIGINAL).decode().partition("\n")[2]
    for mark in [one["masked"] for one in found.findings]:
        if mark in text:  # what was found in the title is not in the text
            before, _mark, text = text.partition(mark)
            yield before, False
            yield mark, True
    yield text, False


@screen(VIEW)
@require_GET
def progress(request: Request, check: UUID) -> JsonResponse:
    """Whether it is done, for the progress bar."""
    found = check_for(request.actor, check)
    waits = found.state == Check.State.WAITING
    return JsonResponse(
        {
            "done": 0,
            "total": None,
            "message": str(found.get_state_display()),
            "state": "running" if waits else "done",
            "then": found.get_absolute_url(),
        }
    )


@screen(VIEW)
@require_GET
def masked(request: Request, check: UUID) -> HttpResponseBase:
    """The masked copy as a file."""
    return _sent(*masked_copy(request.actor, check=check), _("masked"))


@screen(VIEW)
@require_POST
def original(request: Request, check: UUID) -> HttpResponseBase:
    """The original with its personal data; who opened it is recorded."""
    return _sent(*open_original(request.actor, check=check, at=now()), "")


def _sent(found: Check, content: bytes, word: str) -> HttpResponse:
    name = f"{found.title}.txt" if found.kind == Check.Kind.TEXT else found.title
    stem, _dot, ending = name.rpartition(".")
    name = f"{stem}（{word}）.{ending}" if word else name
    answer = HttpResponse(content, content_type=TYPES.get(found.kind, "application/octet-stream"))
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
