"""Appointing to posts and relieving of them, from an organisation's page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianxin.kernel.authz import require
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.posts import appoint as appoint_member
from lianxin.members.actions.posts import relieve as relieve_member
from lianxin.members.forms import AppointForm, RelieveForm
from lianxin.members.models import Post
from lianxin.members.permissions import POSTS, VIEW
from lianxin.members.views.acts import show_form
from lianxin.organisations.facade import organisation_for


@screen(POSTS)
@require_http_methods(["GET", "POST"])
def appoint(request: Request) -> HttpResponseBase:
    """Appoint a member to a post of the organisation `?organisation=`."""
    key = parse_id(request.GET.get("organisation", ""))
    if key is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    place = organisation_for(request.actor, key, POSTS)
    address = reverse("organisations:detail", args=[place.pk])
    form = AppointForm(request.POST or None, actor=request.actor)
    if form.is_bound and form.is_valid():
        done = attempt(
            form, lambda: appoint_member(request.actor, organisation=place.id, **form.cleaned_data, at=now())
        )
        if done is not None:
            messages.success(request, _("The appointment of %(name)s is recorded.") % {"name": done.name})
            for warning in done.warnings:
                messages.warning(request, str(warning.message))
            return redirect(address)
    return show_form(request, form, _("Appoint to a post"), cancel=address, under=place.name, submit=_("Appoint"))


@screen(POSTS)
@require_http_methods(["GET", "POST"])
def relieve(request: Request, post: UUID) -> HttpResponseBase:
    """Relieve a member of a post."""
    found = Post.objects.select_related("organisation", "member").filter(id=post).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(request.actor, POSTS, found.organisation.path, seen_by=VIEW)
    address = reverse("organisations:detail", args=[found.organisation_id])
    form = RelieveForm(request.POST or None)
    if form.is_bound and form.is_valid():
        done = attempt(form, lambda: relieve_member(request.actor, post=found.id, **form.cleaned_data, at=now()))
        if done is not None:
            messages.success(request, _("The end of the post is recorded."))
            return redirect(address)
    under = f"{found.member.name} · {found.organisation.short_name}"
    return show_form(request, form, _("Relieve of a post"), cancel=address, under=under, submit=_("Relieve"))
