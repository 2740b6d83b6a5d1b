"""Notices as those who write and send them see them."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.messaging.models import Notice
from lianxin.messaging.permissions import VIEW, WRITE
from lianxin.organisations.facade import Organisation, organisations_within


def notices_within(actor: Actor) -> QuerySet[Notice]:
    """Notices of organisations where the actor may see them; a draft only where the actor may write it."""
    rows = within(Notice.objects.all(), actor, VIEW, field="organisation_path")
    writes = reach_condition(actor, WRITE, field="organisation_path")
    gone_out = ~Q(state=Notice.State.DRAFT)
    return rows.filter(gone_out if writes is None else gone_out | writes).select_related(
        "organisation", "created_by", "message"
    )


def notice_for(actor: Actor, notice: UUID, permission: str = VIEW) -> Notice:
    """The notice, where the actor holds the permission.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
        NotPermitted: the actor sees it but may not do this.
    """
    found = notices_within(actor).filter(pk=notice).first()
    if found is None:
        raise NotVisible(_("There is no such notice, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def places_to_write_for(actor: Actor) -> list[Organisation]:
    """The organisations for which the actor writes notices: where they hold the role, not everything below."""
    paths = {reach.path for reach in actor.reaches_for(WRITE)}
    return list(organisations_within(actor, WRITE).filter(path__in=paths).order_by("path"))


def _sent(row: Notice, figure: int) -> int | str:
    """The figure of a notice that went out: before that it is not nought but not known."""
    return "—" if row.state == Notice.State.DRAFT else figure


NOTICES: Listing[Notice] = Listing(
    name="notices",
    columns=(
        ListColumn("title", gettext_lazy("Title"), lambda row: row.title, template="messaging/cell_title.html"),
        ListColumn("organisation", pgettext_lazy("notice", "From"), lambda row: row.organisation.short_name),
        ListColumn("audience", pgettext_lazy("notice", "To"), lambda row: row.get_audience_display()),
        ListColumn("recipients", gettext_lazy("Recipients"), lambda row: _sent(row, row.recipients), kind="integer"),
        ListColumn(
            "minutes_total", gettext_lazy("Minutes in all"), lambda row: _sent(row, row.minutes_total), kind="integer"
        ),
        ListColumn("due_on", gettext_lazy("To be done by"), lambda row: row.due_on, kind="date"),
        ListColumn(
            "state", gettext_lazy("State"), lambda row: row.get_state_display(), template="messaging/cell_state.html"
        ),
    ),
    sorts=(Sort("newest", gettext_lazy("Newest first"), ("id",)),),
    filters=(
        ListFilter("state", gettext_lazy("State"), lambda values: Q(state__in=values), lambda: Notice.State.choices),
    ),
    search=lambda text: Q(title__icontains=text),
    page_size=30,
)
