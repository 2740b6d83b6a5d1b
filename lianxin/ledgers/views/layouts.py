"""Layouts: the list, uploading, versions, filling, samples, and the list of fields."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.files.facade import attachment_content
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.ledgers.actions.layouts import replace_layout, upload_layout, withdraw_layout
from lianxin.ledgers.actions.taking import take_layout
from lianxin.ledgers.books import BY_KEY, LEDGERS
from lianxin.ledgers.catalogue import FIELDS, known_names
from lianxin.ledgers.forms import FillForm, LayoutFileForm, LayoutForm
from lianxin.ledgers.models import Layout
from lianxin.ledgers.models.layout import FileKind
from lianxin.ledgers.periods import Period, period_asked, period_named
from lianxin.ledgers.permissions import EXPORT, LAYOUTS, VIEW
from lianxin.ledgers.queries.layouts import layout_for, layouts_in_use, serves, version_of
from lianxin.ledgers.queries.values import fact_label
from lianxin.ledgers.samples import sample_of
from lianxin.ledgers.views.ledgers import as_file, tabs
from lianxin.organisations.facade import Organisation, organisations_within


def _places(request: Request) -> list[Organisation]:
    """Where the actor keeps layouts: the organisations they hold the role at."""
    paths = {reach.path for reach in request.actor.reaches_for(LAYOUTS)}
    return list(organisations_within(request.actor, LAYOUTS).filter(path__in=paths).order_by("path"))


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Layouts of one's own organisations and those above, and the samples."""
    layouts = layouts_in_use(request.actor)
    context = {
        "tabs": tabs(request, "layouts"),
        "layouts": [one for one in layouts if serves(request.actor, one)],
        "below": [one for one in layouts if not serves(request.actor, one)],
        "samples": LEDGERS,
        "may_keep": request.actor.may_somewhere(LAYOUTS),
    }
    return render(request, "ledgers/layouts.html", context)


@screen(LAYOUTS)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Upload a layout; what is wrong in it is said with its place."""
    places = _places(request)
    posted = request.method == "POST"
    form = LayoutForm(request.POST, request.FILES, places=places) if posted else LayoutForm(places=places)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: upload_layout(
                request.actor,
                organisation=UUID(given["organisation"]),
                name=given["name"],
                upload=given["file"],
                at=now(),
            ),
        )
        if made is not None:
            messages.success(request, _("The layout can be used now."))
            return redirect("ledgers:layout", made.pk)
    return render(request, "ledgers/layout_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _shown(
    request: Request, found: Layout, *, file_form: LayoutFileForm | None = None, fill: FillForm | None = None
) -> HttpResponseBase:
    # One's own organisation where the layout serves it, else the one it was made for.
    paths = (reach.path for reach in request.actor.reaches_for(EXPORT))
    own = next((path for path in paths if path.startswith(found.organisation_path)), found.organisation_path)
    place = organisations_within(request.actor, EXPORT).filter(path=own).first()
    day = today()
    context = {
        "layout_shown": found,
        "version": version_of(found),
        "versions": list(found.versions.all()),
        "may_keep": request.actor.may(LAYOUTS, found.organisation_path) and found.withdrawn_at is None,
        "may_fill": request.actor.may_somewhere(EXPORT) and found.withdrawn_at is None,
        "file_form": file_form or LayoutFileForm(),
        "fill_form": fill or FillForm(place=place.pk if place else None, chosen=Period.year(day.year), today=day),
    }
    return render(request, "ledgers/layout.html", context, status=422 if file_form or fill else 200)


@screen(VIEW)
@require_GET
def layout(request: Request, layout: UUID) -> HttpResponseBase:
    """A layout: fill it, look at its versions and fields."""
    return _shown(request, layout_for(request.actor, layout))


@screen(LAYOUTS)
@require_POST
def replace(request: Request, layout: UUID) -> HttpResponseBase:
    """Upload a new version."""
    found = layout_for(request.actor, layout)
    form = LayoutFileForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        made = attempt(form, lambda: replace_layout(request.actor, layout=found.pk, upload=upload, at=now()))
        if made is not None:
            messages.success(request, _("The new version is in use."))
            return redirect("ledgers:layout", made.pk)
    return _shown(request, found, file_form=form)


@screen(LAYOUTS)
@require_POST
def withdraw(request: Request, layout: UUID) -> HttpResponseBase:
    """Offer it no longer."""
    withdraw_layout(request.actor, layout=layout, at=now())
    messages.success(request, _("The layout is no longer offered."))
    return redirect("ledgers:layouts")


@screen(EXPORT, rate="export")
@require_POST
def fill(request: Request, layout: UUID) -> HttpResponseBase:
    """The layout filled for an organisation and a period."""
    found = layout_for(request.actor, layout)
    day = today()
    chosen = period_named(request.POST.get("period", "")) or Period.year(day.year)
    form = FillForm(request.POST, chosen=chosen, today=day)
    if form.is_valid():
        place = form.cleaned_data["organisation"]
        made = attempt(
            form,
            lambda: take_layout(
                request.actor,
                layout=found.pk,
                organisation=place,
                period=period_asked(request.POST, today=day),
                at=now(),
            ),
        )
        if made is not None:
            return as_file(*made, found.kind)
    return _shown(request, found, fill=form)


@screen(VIEW)
@require_GET
def file(request: Request, layout: UUID, number: int) -> HttpResponseBase:
    """A version as it was uploaded."""
    found = layout_for(request.actor, layout)
    version = version_of(found, number)
    _stored, chunks = attachment_content(version.file_id)
    return as_file(version.file_name, b"".join(chunks), found.kind)


@screen(VIEW)
@require_GET
def sample(request: Request, key: str, kind: str) -> HttpResponseBase:
    """A sample layout, to be changed in Word or Excel and uploaded as one's own."""
    chosen = BY_KEY.get(key)
    if chosen is None or kind not in FileKind.values or not request.actor.may_somewhere(VIEW):
        raise NotVisible(_("There is no such ledger."))
    return as_file(f"{chosen.label}.{kind}", sample_of(chosen, kind), kind)


@screen(VIEW)
@require_GET
def fields(request: Request) -> HttpResponseBase:
    """Every name that may stand between braces, with what it gives."""
    known = known_names()
    rows = [(fact_label(one), one, one.columns) for one in FIELDS if one.key in known]
    return render(request, "ledgers/fields.html", {"rows": rows})
