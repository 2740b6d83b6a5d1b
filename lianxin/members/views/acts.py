"""The forms of every act on a member: each is one form and one call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions import status
from lianxin.members.actions.adding import add as add_member
from lianxin.members.actions.facts import correct as correct_facts
from lianxin.members.actions.facts import update as update_facts
from lianxin.members.actions.moving import move as move_member
from lianxin.members.forms import ChangeForm, EntryForm, MoveForm, StatusForm
from lianxin.members.models import Member
from lianxin.members.permissions import ADD, CHANGE, TRANSFER
from lianxin.members.queries.record import member_for
from lianxin.members.views.record import crumbs

FORM = require_http_methods(["GET", "POST"])
TITLES: dict[str, Sentence] = {
    "suspend": gettext_lazy("Suspend membership"),
    "restore": gettext_lazy("Restore membership"),
    "leave": gettext_lazy("Left the Party"),
    "decease": gettext_lazy("Deceased"),
    "transfer-out": gettext_lazy("Transfer out of this register"),
    "return": gettext_lazy("Take back into an organisation"),
    "take-back": gettext_lazy("The departure was a mistake"),
}
CONSEQUENCES: dict[str, Sentence] = {
    "suspend": gettext_lazy("The member stays in the organisation and is not counted until membership is restored."),
    "restore": gettext_lazy("From that day on the member is counted again."),
    "leave": gettext_lazy("From that day on the member belongs to no organisation; posts end. The record is kept."),
    "decease": gettext_lazy("From that day on the member belongs to no organisation; posts end. The record is kept."),
    "transfer-out": gettext_lazy("From that day on the member belongs to no organisation of this register."),
    "return": gettext_lazy("From that day on the member belongs to the organisation you choose."),
    "take-back": gettext_lazy("The record says again that the member never left. What was believed is kept."),
}
ACTS: dict[str, Callable[..., Member]] = {
    "suspend": status.suspend,
    "restore": status.restore,
    "leave": status.leave,
    "decease": status.decease,
    "transfer-out": status.transfer_out,
    "return": status.return_to,
    "take-back": status.take_back_departure,
}


def show_form(
    request: Request, form: Form, title: Sentence, *, cancel: str, template: str = "members/act.html", **extra: Any
) -> HttpResponseBase:
    """The page of an act: 422 where the form came back with errors."""
    context = {"form": form, "title": title, "cancel_url": cancel, **extra}
    return render(request, template, context, status=422 if form.is_bound else 200)


def say_done(request: Request, member: Member, sentence: str) -> HttpResponseBase:
    """Tell that the act is done, and what the rules say of the record; back to its page."""
    messages.success(request, sentence)
    for warning in member.warnings:
        messages.warning(request, str(warning.message))
    return redirect(member)


@screen(ADD)
@FORM
def add(request: Request) -> HttpResponseBase:
    """Enter a member."""
    wanted = parse_id(request.GET.get("organisation", ""))
    form = EntryForm(request.POST or None, actor=request.actor, permission=ADD, initial={"organisation": wanted})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: add_member(
                request.actor, organisation=given["organisation"], facts=form.facts, since=given["since"], at=now()
            ),
        )
        if done is not None:
            return say_done(request, done, _("%(name)s is in the register now.") % {"name": done.name})
    return show_form(
        request,
        form,
        _("Add a member"),
        cancel=reverse("members:roster"),
        template="members/facts_form.html",
        draft_key="member-add",
    )


@screen(CHANGE)
@FORM
def update(request: Request, member: UUID) -> HttpResponseBase:
    """Record that facts changed from a day on."""
    return _change(request, member, corrects=False)


@screen(CHANGE)
@FORM
def correct(request: Request, member: UUID) -> HttpResponseBase:
    """Correct what was wrong."""
    return _change(request, member, corrects=True)


def _change(request: Request, member: UUID, *, corrects: bool) -> HttpResponseBase:
    found = member_for(request.actor, member, CHANGE)
    form = ChangeForm(request.POST or None, member=found, corrects=corrects)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        act = correct_facts if corrects else update_facts
        done = attempt(
            form,
            lambda: act(
                request.actor,
                member=found.id,
                changes=form.changes,
                since=given["since"],
                reason=given["reason"],
                version=given["version"],
                at=now(),
            ),
        )
        if done is not None:
            return say_done(request, done, _("The record of %(name)s is changed.") % {"name": done.name})
    title = _("Correct the record of %(name)s") if corrects else _("Record a change of %(name)s")
    under = (
        _("A correction says that the record was wrong. What was believed before is kept.")
        if corrects
        else _("A change says that something became different on a day. Before that day the record stays.")
    )
    return show_form(
        request,
        form,
        title % {"name": found.name},
        cancel=found.get_absolute_url(),
        template="members/facts_form.html",
        member=found,
        place=crumbs(request, found),
        under=under,
    )


@screen(TRANSFER)
@FORM
def move(request: Request, member: UUID) -> HttpResponseBase:
    """Move a member to another organisation."""
    found = member_for(request.actor, member, TRANSFER)
    form = MoveForm(request.POST or None, actor=request.actor, permission=TRANSFER, member=found)
    if form.is_bound and form.is_valid():
        done = attempt(form, lambda: move_member(request.actor, member=found.id, **form.cleaned_data, at=now()))
        if done is not None:
            return say_done(request, done, _("The move of %(name)s is recorded.") % {"name": done.name})
    return show_form(
        request,
        form,
        _("Move %(name)s") % {"name": found.name},
        cancel=found.get_absolute_url(),
        place=crumbs(request, found),
        under=_("Belongs to %(place)s today.") % {"place": found.organisation.name},
        submit=_("Move to another organisation"),
    )


@screen(TRANSFER)
@FORM
def change_status(request: Request, member: UUID, act: str) -> HttpResponseBase:
    """Change the membership status."""
    if act not in ACTS:
        raise NotVisible(_("There is no such page."))
    found = member_for(request.actor, member, TRANSFER)
    form = StatusForm(request.POST or None, member=found, act=act, actor=request.actor, permission=TRANSFER)
    if form.is_bound and form.is_valid():
        done = attempt(form, lambda: ACTS[act](request.actor, member=found.id, **form.cleaned_data, at=now()))
        if done is not None:
            return say_done(request, done, _("The status of %(name)s is recorded.") % {"name": done.name})
    return show_form(
        request,
        form,
        TITLES[act],
        cancel=found.get_absolute_url(),
        place=crumbs(request, found),
        under=found.name,
        consequence=CONSEQUENCES[act],
        submit=TITLES[act],
        kind="danger" if act in {"leave", "decease", "transfer-out"} else "primary",
    )
