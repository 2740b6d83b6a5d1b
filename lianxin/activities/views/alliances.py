"""Alliances: who is in them, inviting, answering, leaving, and what each brings, needs and carries out."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.alliances import (
    add_item,
    answer_invitation,
    end_alliance,
    finish_item,
    found_alliance,
    invite_partner,
    leave_alliance,
    withdraw_invitation,
)
from lianxin.activities.forms import (
    AllianceForm,
    DeclineForm,
    ItemForm,
    LeavingForm,
    OutcomeForm,
    PartnerForm,
    ReasonForm,
)
from lianxin.activities.models import AllianceParty
from lianxin.activities.permissions import ALLIANCES, VIEW
from lianxin.activities.queries.circle import alliance_for, alliances_within, invitations_to, items_of, parties_of
from lianxin.activities.views.pages import act_at_once, act_with_form, place_asked
from lianxin.kernel.authz import require
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

SHOWN = 200


@screen(VIEW)
@require_GET
def alliances(request: Request) -> HttpResponseBase:
    """Alliances of the actor's organisations."""
    rows = list(alliances_within(request.actor)[:SHOWN])
    context = {
        "alliances": rows,
        "waiting": invitations_to(request.actor, rows),
        "may_found": request.actor.may_somewhere(ALLIANCES),
    }
    return render(request, "activities/alliances.html", context)


@screen(VIEW)
@require_GET
def alliance(request: Request, alliance: UUID) -> HttpResponseBase:
    """An alliance: who is in it, and what each brings, needs and carries out."""
    found = alliance_for(request.actor, alliance)
    lines = parties_of(request.actor, found)
    founds = found.ended_on is None and request.actor.may(ALLIANCES, found.organisation_path)
    context = {
        "alliance": found,
        "lines": lines,
        "items": items_of(found),
        "may_keep": founds or any(line.may_leave for line in lines),
        "may_end": founds,
    }
    return render(request, "activities/alliance.html", context)


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def alliance_new(request: Request) -> HttpResponseBase:
    """Found an alliance."""
    place = place_asked(request, ALLIANCES)
    return act_with_form(
        request,
        AllianceForm(request.POST or None, initial={"on": today()}),
        lambda given: found_alliance(
            request.actor,
            organisation=place.pk,
            name=given["name"],
            partners=given["partners"].splitlines(),
            on=given["on"],
            at=now(),
        ),
        title=_("Found an alliance"),
        under=place.short_name,
        back=reverse("activities:alliances"),
        consequence=_("Each partner is told and accepts or declines for itself."),
        done=_("The alliance is founded; its partners are invited."),
    )


def _party_asked(request: Request, party: UUID) -> AllianceParty:
    row = AllianceParty.objects.filter(pk=party).first()
    if row is None:
        raise NotVisible(_("There is no such alliance, or your organisations are not in it."))
    alliance_for(request.actor, row.alliance_id)
    return row


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def partner_invite(request: Request, alliance: UUID) -> HttpResponseBase:
    """Invite a further organisation."""
    found = alliance_for(request.actor, alliance)
    require(request.actor, ALLIANCES, found.organisation_path, seen_by=VIEW)
    return act_with_form(
        request,
        PartnerForm(request.POST or None),
        lambda given: invite_partner(request.actor, alliance=alliance, partner=given["partner"], at=now()),
        title=_("Invite a partner"),
        under=found.name,
        back=reverse("activities:alliance", args=[alliance]),
        submit=_("Invite"),
        consequence=_("Each partner is told and accepts or declines for itself."),
        done=_("The organisation is invited; you are told when it answers."),
    )


@screen(ALLIANCES)
@require_POST
def invitation_accept(request: Request, party: UUID) -> HttpResponseBase:
    """Accept for the invited organisation, with one tap."""
    row = _party_asked(request, party)
    return act_at_once(
        request,
        lambda: answer_invitation(request.actor, party=party, accept=True, on=today(), at=now()),
        back=reverse("activities:alliance", args=[row.alliance_id]),
        done=_("Your organisation is in the alliance; joint activities count for it from now on."),
    )


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def invitation_decline(request: Request, party: UUID) -> HttpResponseBase:
    """Decline for the invited organisation."""
    row = _party_asked(request, party)
    return act_with_form(
        request,
        DeclineForm(request.POST if request.method == "POST" else None),
        lambda given: answer_invitation(
            request.actor, party=party, accept=False, on=today(), reason=given["reason"], at=now()
        ),
        title=_("Decline the invitation"),
        under=row.alliance.name,
        back=reverse("activities:alliances"),
        submit=pgettext("an alliance", "Decline"),
        consequence=_("The organisation that invited is told. It may invite again."),
        done=_("The invitation is declined."),
    )


@screen(ALLIANCES)
@require_POST
def invitation_withdraw(request: Request, party: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    row = _party_asked(request, party)
    return act_at_once(
        request,
        lambda: withdraw_invitation(request.actor, party=party, at=now()),
        back=reverse("activities:alliance", args=[row.alliance_id]),
        done=_("The invitation is taken back."),
    )


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def partner_leave(request: Request, party: UUID) -> HttpResponseBase:
    """An organisation leaves on a day."""
    row = _party_asked(request, party)
    form = LeavingForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    return act_with_form(
        request,
        form,
        lambda given: leave_alliance(request.actor, party=party, on=given["on"], reason=given["reason"], at=now()),
        title=_("Leave the alliance"),
        under=f"{row.alliance.name} · {row.organisation_name}",
        back=reverse("activities:alliance", args=[row.alliance_id]),
        submit=_("Leave the alliance"),
        consequence=_("What was done together stays with both sides. The other side is told."),
        done=_("The organisation has left the alliance."),
        kind="danger",
    )


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def item_new(request: Request, alliance: UUID) -> HttpResponseBase:
    """Write down a resource, a need or a project."""
    found = alliance_for(request.actor, alliance)
    is_founder = request.actor.may(ALLIANCES, found.organisation_path)
    parties = [
        (str(one.pk), one.organisation_name)
        for one in found.parties.all()
        if one.state == AllianceParty.State.JOINED
        and (is_founder or request.actor.may(ALLIANCES, one.organisation_path))
    ]

    def act(given: dict[str, Any]) -> object:
        facts = given | {"party": UUID(given["party"])}
        return add_item(request.actor, **facts, at=now())

    return act_with_form(
        request,
        ItemForm(request.POST or None, parties=parties),
        act,
        title=_("Resource, need or project"),
        under=found.name,
        back=reverse("activities:alliance", args=[alliance]),
        done=_("It is written down."),
    )


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def item_done(request: Request, alliance: UUID, item: UUID) -> HttpResponseBase:
    """Say what came of an item."""
    found = alliance_for(request.actor, alliance)
    return act_with_form(
        request,
        OutcomeForm(request.POST or None, initial={"on": today()}),
        lambda given: finish_item(request.actor, item=item, on=given["on"], outcome=given["outcome"], at=now()),
        title=_("What came of it"),
        under=found.name,
        back=reverse("activities:alliance", args=[alliance]),
        done=_("It is marked as done."),
    )


@screen(ALLIANCES)
@require_http_methods(["GET", "POST"])
def alliance_end(request: Request, alliance: UUID) -> HttpResponseBase:
    """End an alliance."""
    found = alliance_for(request.actor, alliance)
    return act_with_form(
        request,
        ReasonForm(request.POST or None),
        lambda given: end_alliance(request.actor, alliance=alliance, on=today(), reason=given["reason"], at=now()),
        title=_("End the alliance"),
        under=found.name,
        back=reverse("activities:alliance", args=[alliance]),
        submit=_("End the alliance"),
        done=_("The alliance has ended."),
        kind="danger",
    )
