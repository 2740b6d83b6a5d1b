"""我的数据: what a member may do about their own data, on one page, and the pages behind it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.accounts.confirming import require_recent
from lianxin.kernel.errors import Conflict, NotVisible
from lianxin.kernel.time import day_of, now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.consents import give_consent, withdraw_consent
from lianxin.members.actions.own_data import take_own_data
from lianxin.members.actions.rights import ask_for_right, end_own_request
from lianxin.members.facts import FACTS, GROUPS
from lianxin.members.forms import RightForm
from lianxin.members.models import RightsRequest
from lianxin.members.permissions import OWN, OWN_CONSENT, OWN_RIGHTS, OWN_TAKE
from lianxin.members.queries.own import looks_at, own_member, own_record
from lianxin.members.queries.rights import article, consents_of, label_of, own_rights, standings, time_limit
from lianxin.members.restricting import MAY_BE_RESTRICTED
from lianxin.members.views.own import asked_corrections
from lianxin.rules.facade import UnknownConsent, consent_text

LOOKS_SHOWN = 20
FORMATS = ("json", "print")


@screen(OWN)
@require_GET
def data(request: Request) -> HttpResponseBase:
    """Everything one may do about one's own data, each with the article that says so."""
    member = own_member(request.actor)
    if member is None:
        return render(request, "members/own_none.html")
    return render(
        request,
        "members/own_data.html",
        {
            "member": member,
            "law": {key: article(number) for key, number in ARTICLES.items()},
            "limit": time_limit(today()),
            "looks": looks_at(member, size=LOOKS_SHOWN),
            "corrections": asked_corrections(request)[:5],
            "rights": [{"request": one, "label": label_of(one.field)} for one in own_rights(member)],
            "standings": standings(member.id, on=today()),
        },
    )


ARTICLES = {
    "know": "44",
    "copy": "45",
    "correct": "46",
    "delete": "47",
    "explain": "48",
    "consent": "15",
    "notice": "17",
    "answer": "50",
}


@screen(OWN_TAKE)
@require_POST
def take(request: Request) -> HttpResponseBase:
    """Take away one's data: a JSON file, or a page to print. In clear only after confirming who one is."""
    clear = request.POST.get("clear") == "yes"
    if clear:
        require_recent(request)
    if request.POST.get("format") not in FORMATS:
        raise NotVisible(_("There is no such page."))
    at = now()
    taken = take_own_data(request.actor, clear=clear, at=at)
    if request.POST["format"] == "json":
        answer = JsonResponse(taken, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="my-data-{day_of(at):%Y%m%d}.json"'
        return answer
    member = own_record(request.actor)
    return render(
        request, "members/own_print.html", {"member": member, "taken": taken, "groups": _in_groups(taken), "at": at}
    )


def _in_groups(taken: dict[str, dict[str, dict[str, str]]]) -> list[tuple[object, list[dict[str, str]]]]:
    """The facts that are recorded, under their headings."""
    return [
        (label, [taken["record"][one.name] for one in FACTS if one.group == key and taken["record"][one.name]["words"]])
        for key, label in GROUPS.items()
    ]


@screen(OWN_RIGHTS)
@require_http_methods(["GET", "POST"])
def ask_right(request: Request) -> HttpResponseBase:
    """Ask to restrict the use of a fact, or to delete it."""
    own_record(request.actor)
    form = RightForm(request.POST or None, initial={"kind": request.GET.get("kind", RightsRequest.Kind.RESTRICT)})
    if form.is_bound and form.is_valid():
        done = attempt(form, lambda: ask_for_right(request.actor, **form.cleaned_data, at=now()))
        if done is not None:
            messages.success(request, _("Your request is with the branch. The answer will stand on this page."))
            return redirect("own:data")
    context = {"form": form, "limit": time_limit(today()), "law": {key: article(n) for key, n in ARTICLES.items()}}
    status = 422 if form.is_bound else 200
    return render(request, "members/own_right.html", context, status=status)


@screen(OWN_RIGHTS)
@require_POST
def end_right(request: Request, request_id: UUID) -> HttpResponseBase:
    """Withdraw a request that waits, or lift a restriction."""
    try:
        done = end_own_request(request.actor, request=request_id, at=now())
    except Conflict as refusal:
        messages.error(request, str(refusal))
        return redirect("own:data")
    lifted = done.state == RightsRequest.State.LIFTED
    messages.success(request, _("The restriction is lifted.") if lifted else _("The request is withdrawn."))
    return redirect("own:data")


@screen(OWN_CONSENT)
@require_http_methods(["GET", "POST"])
def consent(request: Request, text: str) -> HttpResponseBase:
    """Read a text of consent; give the consent, or withdraw it."""
    member = own_record(request.actor)
    try:
        wording = consent_text(text, on=today())
    except UnknownConsent as error:
        raise NotVisible(_("There is no such page.")) from error
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "withdraw":
                withdraw_consent(request.actor, text=text, at=now())
                messages.success(request, _("Your consent is withdrawn."))
            else:
                give_consent(request.actor, text=text, digest=request.POST.get("digest", ""), at=now())
                messages.success(request, _("Your consent is recorded."))
        except Conflict as refusal:
            messages.error(request, str(refusal))
        return redirect("own:consent", text)
    standing = next(one for one in standings(member.id, on=today()) if one.text.id == text)
    return render(
        request,
        "members/own_consent.html",
        {
            "wording": wording,
            "standing": standing,
            "earlier": [one for one in consents_of(member) if one.consent.text == text],
            "is_restricted_then": bool(set(wording.items) & set(MAY_BE_RESTRICTED)),
            "withdrawing": article("15"),
        },
    )
