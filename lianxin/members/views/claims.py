"""Handing out codes, and the public page on which a member claims their record with one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public, screen
from lianxin.members.actions.claims import MOST_AT_ONCE, claim, issue_codes
from lianxin.members.forms import ClaimForm
from lianxin.members.models import IN_REGISTER
from lianxin.members.permissions import INVITE
from lianxin.members.queries.roster import members_within


@screen(INVITE)
@require_http_methods(["GET", "POST"])
def codes(request: Request) -> HttpResponseBase:
    """Codes for one member, for those ticked on the roster, or for a branch: asked first, then shown once, to print."""
    rows = members_within(request.actor, INVITE).filter(account__isnull=True, membership_status__in=IN_REGISTER)
    chosen = [key for text in _asked_for(request) if (key := parse_id(text)) is not None]
    branch = parse_id(request.GET.get("organisation", ""))
    if chosen:
        rows = rows.filter(id__in=chosen)
    elif branch is not None:
        rows = rows.filter(organisation_id=branch)
    else:
        rows = rows.none()
    members = list(rows.select_related("organisation").order_by("pinyin", "id")[:MOST_AT_ONCE])
    if request.method == "POST" and "sent" in request.POST:
        issued = issue_codes(request.actor, members=[one.id for one in members], at=now())
        places = {one.id: one.organisation.name for one in members}
        slips = [(one, f"{one.code[:5]} {one.code[5:]}", places[one.member]) for one in issued]
        address = request.build_absolute_uri(reverse("claim:claim"))
        return render(request, "members/slips.html", {"slips": slips, "address": address})
    return render(request, "members/codes.html", {"members": members, "chosen": chosen, "branch": branch})


def _asked_for(request: Request) -> list[str]:
    return request.POST.getlist("selected") or request.GET.getlist("member")


@public("the code is the key", rate="claim")
@sensitive_post_parameters("password", "again", "code", "number")
@require_http_methods(["GET", "POST"])
def claim_record(request: Request) -> HttpResponseBase:
    """Claim one's record with the code of the branch; opens the account and signs in."""
    form = ClaimForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data

        def act() -> UUID:
            account = claim(
                name=given["name"],
                number=given["number"],
                code=given["code"],
                username=given["username"],
                password=given["password"],
                at=now(),
            )
            login(request, account, backend="lianxin.kernel.accounts.backends.NameOrPhoneBackend")
            return account.id

        if attempt(form, act) is not None:
            messages.success(request, _("This is your record now. Sign in next time with the user name you chose."))
            return redirect("own:record")
    return render(request, "members/claim.html", {"form": form}, status=422 if form.is_bound else 200)
