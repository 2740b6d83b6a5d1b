"""Party groups, and members who are excused."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.activities.actions.excusing import end_excuse, excuse
from lianxin.activities.actions.keeping_groups import close_group, keep_group
from lianxin.activities.forms import EndForm, ExcuseForm, GroupForm, ReasonForm
from lianxin.activities.models import Excuse, PartyGroup
from lianxin.activities.permissions import EXCUSE, PLAN, VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.activities.queries.circle import excuses_of, groups_of
from lianxin.activities.views.pages import act_with_form, other_places, place_asked
from lianxin.kernel.authz import require
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(VIEW)
@require_GET
def people(request: Request) -> HttpResponseBase:
    """The Party groups of a branch and the members it does not expect."""
    place = place_asked(request, VIEW)
    context = {
        "organisation": place,
        "places": other_places(request, VIEW, place),
        "groups": groups_of(request.actor, place.pk),
        "excuses": excuses_of(request.actor, place.pk),
        "may_group": request.actor.may(PLAN, place.path),
        "may_excuse": request.actor.may(EXCUSE, place.path),
        "today": today(),
    }
    return render(request, "activities/people.html", context)


def _people_url(organisation: UUID) -> str:
    return f"{reverse('activities:people')}?organisation={organisation}"


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def group(request: Request, group: UUID | None = None) -> HttpResponseBase:
    """Set up a Party group, or say anew who is in it."""
    found = PartyGroup.objects.select_related("organisation").filter(pk=group).first() if group else None
    if group and found is None:
        raise not_there()
    if found is not None:
        require(request.actor, PLAN, found.organisation_path, seen_by=VIEW)
    place = found.organisation if found else place_asked(request, PLAN)
    initial = (
        {
            "name": found.name,
            "leader": str(found.leader_id or ""),
            "members": [str(one) for one in found.members.values_list("member_id", flat=True)],
        }
        if found
        else {}
    )
    return act_with_form(
        request,
        GroupForm(request.POST or None, initial=initial, organisation=place.pk),
        lambda given: keep_group(
            request.actor,
            organisation=place.pk,
            group=group,
            name=given["name"],
            leader=parse_id(given["leader"]),
            members=[UUID(one) for one in given["members"]],
            at=now(),
        ),
        title=_("Party group"),
        under=place.short_name,
        back=_people_url(place.pk),
        done=_("The group is saved."),
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def group_close(request: Request, group: UUID) -> HttpResponseBase:
    """Dissolve a Party group."""
    found = PartyGroup.objects.filter(pk=group).first()
    if found is None:
        raise not_there()
    require(request.actor, PLAN, found.organisation_path, seen_by=VIEW)
    return act_with_form(
        request,
        ReasonForm(request.POST or None),
        lambda given: close_group(request.actor, group=group, reason=given["reason"], at=now()),
        title=_("Dissolve the Party group “%(name)s”") % {"name": found.name},
        back=_people_url(found.organisation_id),
        submit=_("Dissolve"),
        consequence=_("No meeting of it is due any more. What it held stays in the records."),
        done=_("The group is dissolved."),
        kind="danger",
    )


@screen(EXCUSE)
@require_http_methods(["GET", "POST"])
def excuse_new(request: Request) -> HttpResponseBase:
    """Excuse a member from attending."""
    place = place_asked(request, EXCUSE)

    def act(given: dict[str, Any]) -> object:
        facts = given | {"member": UUID(given["member"])}
        return excuse(request.actor, **facts, at=now())

    return act_with_form(
        request,
        ExcuseForm(request.POST or None, initial={"since": today()}, organisation=place.pk),
        act,
        title=_("Excuse a member from attending"),
        under=place.short_name,
        back=_people_url(place.pk),
        consequence=_(
            "For the old, the long ill and the disabled. They are invited and may come, and are left out of every rate."
        ),
        done=_("The member is excused."),
    )


@screen(EXCUSE)
@require_http_methods(["GET", "POST"])
def excuse_end(request: Request, excuse: UUID) -> HttpResponseBase:
    """End an excuse."""
    found = Excuse.objects.filter(pk=excuse).first()
    if found is None:
        raise not_there()
    require(request.actor, EXCUSE, found.organisation_path, seen_by=VIEW)
    return act_with_form(
        request,
        EndForm(request.POST or None, initial={"until": today()}),
        lambda given: end_excuse(request.actor, excuse=excuse, until=given["until"], at=now()),
        title=_("End the excuse of %(name)s") % {"name": found.member_name},
        back=_people_url(found.organisation_id),
        done=_("The excuse ends."),
    )
