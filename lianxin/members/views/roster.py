"""The roster, choosing from it, and changes of many members at once."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.facts import change_many
from lianxin.members.facts import BY_NAME
from lianxin.members.forms import BulkForm, bulk_choices
from lianxin.members.permissions import ADD, CHANGE, EXPORT, INVITE, TRANSFER, VIEW
from lianxin.members.queries.duplicates import namesakes
from lianxin.members.queries.roster import ROSTER, members_within, roster_rows, suggestions
from lianxin.organisations.facade import search_organisations

CHOOSABLE = {ADD, TRANSFER, VIEW, INVITE}


@screen(VIEW)
@require_GET
def roster(request: Request) -> HttpResponseBase:
    """Members in the actor's organisations: searched, filtered, a page at a time."""
    actor = request.actor
    page = ROSTER.page(roster_rows(actor), request.GET)
    export = _export_url() if actor.may_somewhere(EXPORT) else ""
    bulk = actor.may_somewhere(CHANGE) or actor.may_somewhere(INVITE)
    return render(
        request,
        "members/roster.html",
        {
            "page": page,
            "export_url": export,
            "bulk": "members/bulk_bar.html" if bulk else "",
            "bulk_url": reverse("members:bulk"),
            "bulk_choices": bulk_choices(),
            "may_change": actor.may_somewhere(CHANGE),
            "may_invite": actor.may_somewhere(INVITE),
            "may_add": actor.may_somewhere(ADD),
        },
    )


def _export_url() -> str:
    """Where the module above writes lists into spreadsheets; nothing where it is not mounted."""
    try:
        return reverse("files:export_new", args=[ROSTER.name])
    except NoReverseMatch:
        return ""


@screen(VIEW, rate="search")
@require_GET
def suggest(request: Request) -> JsonResponse:
    """At most 20 members for a choice: by name, pinyin, initials, tail of a number."""
    return JsonResponse({"results": suggestions(request.actor, request.GET.get("q", ""))})


@screen(VIEW)
@require_GET
def organisations(request: Request) -> JsonResponse:
    """At most 20 organisations for a choice, among those where the actor holds the permission `?for=`."""
    permission = request.GET.get("for", VIEW)
    text = request.GET.get("q", "")
    found = search_organisations(request.actor, text, permission=permission) if permission in CHOOSABLE else []
    return JsonResponse(
        {"results": [{"value": str(one.id), "label": str(one), "hint": one.name} for one in list(found)[:20]]}
    )


@screen(CHANGE)
@require_POST
def bulk(request: Request) -> HttpResponseBase:
    """One fact for the members ticked on the roster: first the value is asked for, then it is written."""
    chosen = [key for text in request.POST.getlist("selected") if (key := parse_id(text)) is not None]
    field = request.POST.get("field", "")
    if field not in dict(bulk_choices()):
        raise InvalidInput({"field": _("Choose the fact that changes.")})
    if not chosen:
        messages.warning(request, _("Tick at least one member first."))
        return redirect("members:roster")
    is_sent = "sent" in request.POST
    form = BulkForm(request.POST if is_sent else None, field=field)
    if is_sent and form.is_valid():
        done = attempt(form, lambda: _change(request, chosen, form))
        if done is not None:
            said = ngettext("%(count)d record was changed.", "%(count)d records were changed.", done)
            messages.success(request, said % {"count": done})
            return redirect(f"{reverse('members:roster')}?{urlencode({'sort': 'organisation'})}")
    members = members_within(request.actor, CHANGE).filter(id__in=chosen).select_related("organisation")
    return render(
        request,
        "members/bulk.html",
        {"form": form, "members": members.order_by("pinyin", "id"), "fact": BY_NAME[field]},
        status=422 if is_sent else 200,
    )


def _change(request: Request, chosen: list[UUID], form: BulkForm) -> int:
    given = form.cleaned_data
    return change_many(
        request.actor,
        members=chosen,
        field=given["field"],
        value=given["value"],
        since=given["since"],
        reason=given["reason"],
        at=now(),
    )


@screen(VIEW)
@require_GET
def duplicates(request: Request) -> HttpResponseBase:
    """People who may be in the register twice."""
    return render(request, "members/duplicates.html", {"groups": namesakes(request.actor)})
