"""Reads of checks and of the decisions on them."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import DECIDE, RUN, VIEW
from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.facade import organisations_within

PLACES = 300
LARGE = ("findings", "unread")

CHECKS: Listing[Check] = Listing(
    name="disclosure_checks",
    columns=(
        ListColumn("title", gettext_lazy("Title or file"), lambda row: row.title),
        ListColumn(
            "state", gettext_lazy("Verdict"), lambda row: row.get_state_display(), template="disclosure/cell_state.html"
        ),
        ListColumn("kind", gettext_lazy("Kind of content"), lambda row: row.get_kind_display()),
        ListColumn("found", gettext_lazy("Numbers found"), lambda row: row.found + row.title_findings, kind="integer"),
        ListColumn("missed", gettext_lazy("Parts not checked"), lambda row: row.missed, kind="integer"),
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name),
        ListColumn("account", gettext_lazy("Handed in by"), lambda row: row.account.name),
        ListColumn(
            "created",
            gettext_lazy("Handed in on"),
            lambda row: date_format(localtime(row.created_at), "Y-m-d H:i"),
            sort="created",
        ),
    ),
    sorts=(Sort("created", gettext_lazy("Handed in on"), ("id",)),),
    filters=(
        ListFilter(
            "state", gettext_lazy("Verdict"), lambda values: Q(state__in=values), lambda: list(Check.State.choices)
        ),
        ListFilter(
            "kind", gettext_lazy("Kind of content"), lambda values: Q(kind__in=values), lambda: list(Check.Kind.choices)
        ),
    ),
    search=lambda text: Q(title__icontains=text),
)


def checks_within(actor: Actor) -> QuerySet[Check]:
    """Checks at the actor's organisations, without their findings. One query a page."""
    rows = Check.objects.select_related("organisation", "account").defer(*LARGE)
    return within(rows, actor, VIEW, field="organisation_path")


def check_for(actor: Actor, check: UUID) -> Check:
    """One check with its findings. One query.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
    """
    found = Check.objects.select_related("organisation", "account").filter(pk=check).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, VIEW, found.organisation_path, seen_by=VIEW)
    return found


def overrides_of(check: Check) -> list[Override]:
    """Requests about a check, newest first. One query."""
    return list(check.overrides.select_related("asked_by", "decided_by"))


def overrides_to_decide(actor: Actor) -> QuerySet[Override]:
    """Requests that wait and that this actor may decide on, oldest first; never their own. One query."""
    rows = Override.objects.filter(state=Override.State.OPEN).select_related(
        "check_of", "organisation", "asked_by", "check_of__account"
    )
    rows = rows.exclude(asked_by=actor.account_id).exclude(check_of__account=actor.account_id)
    return within(rows, actor, DECIDE, field="organisation_path").order_by("id")


def count_to_decide(actor: Actor) -> int:
    """How many requests wait for the actor's decision. One query, or none for who decides nowhere."""
    return overrides_to_decide(actor).count() if actor.may_somewhere(DECIDE) else 0


def override_for(actor: Actor, override: UUID) -> Override:
    """One request where the actor may decide on it. One query.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    rows = Override.objects.select_related("check_of", "check_of__organisation", "check_of__account", "asked_by")
    found = rows.filter(pk=override).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, DECIDE, found.organisation_path, seen_by=VIEW)
    return found


def places_for(actor: Actor, wanted: str = "") -> list[tuple[str, str]]:
    """For whom the actor may have something checked: the tops of their reach and what lies under them.

    `wanted` (an id) is offered too, however deep it lies. At most two queries.
    """
    places = organisations_within(actor, RUN).order_by("depth", "path")
    offered: list[Any] = list(places[:PLACES])
    tops = min((place.depth for place in offered), default=0)
    offered = sorted((place for place in offered if place.depth <= tops + 1), key=lambda place: place.path)
    known = parse_id(wanted)
    if known is not None and known not in {place.id for place in offered}:
        offered += places.filter(id=known)
    return [(str(place.id), f"{'　' * (place.depth - tops)}{place.short_name}") for place in offered]
