"""Organisations for programs: the same reads and acts as the screens. Schemas stand in `rest_schemas`."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.params.functions import Query

from lianxin.kernel.errors import NotVisible
from lianxin.kernel.rest import (
    PROBLEMS,
    ApiRequest,
    Day,
    Timeline,
    Version,
    endpoint,
    given_version,
    page_of,
    required_version,
    tag,
    tagged,
)
from lianxin.kernel.time import now
from lianxin.organisations.actions.change_facts import change_facts
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.merge import merge
from lianxin.organisations.actions.move import move
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.actions.set_up import set_up
from lianxin.organisations.actions.split import Part, split
from lianxin.organisations.actions.terms import NewTerm, begin_term, correct_term, end_term
from lianxin.organisations.models import Organisation, OrganisationVersion
from lianxin.organisations.permissions import CHANGE, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.listing import ORGANISATIONS
from lianxin.organisations.queries.scope import organisation_for, organisations_within, place_of
from lianxin.organisations.queries.timeline import SIZE, timeline_of
from lianxin.organisations.queries.tree import LEVEL_SIZE, children_of, children_on, organisation_on
from lianxin.organisations.rest_schemas import (
    ChangedFacts,
    Child,
    Children,
    Counts,
    Decision,
    Facts,
    Listed,
    Merger,
    Move,
    NewTermIn,
    OrganisationPage,
    OrganisationShown,
    Place,
    Rename,
    SetUp,
    Split,
    TermShown,
)

router = Router()
TERMS_SHOWN = 100
AS_OF = Query(None, description="As of this day, past or to come; without it, today.", example="2023-10-01")
AFTER_EVENT = Query(None, description="The `next` of the page before.")
AFTER_PLACE = Query("", max_length=255, description="The `next` of the page before.")
SIZE_OF_LEVEL = Query(LEVEL_SIZE, ge=1, le=LEVEL_SIZE, description="Items on a page.")


def listed(row: Organisation) -> Listed:
    """An organisation as a list shows it."""
    return Listed.model_validate(row, from_attributes=True)


def organisation_shown(request: ApiRequest, row: Organisation) -> OrganisationShown:
    """An organisation of today, with as much of the way to it as the account sees."""
    place = [Place(id=one.id, name=one.name) for one in place_of(row.path, request.auth)][:-1]
    return OrganisationShown(
        on=None,
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        org_type=row.org_type,
        parent=place[-1] if place else None,
        place=place,
        founded_on=row.founded_on,
        dissolved_on=row.dissolved_on,
        approval_no=row.approval_no,
        facts=Facts.model_validate(
            {**{name: getattr(row, name) for name in Facts.model_fields}, "phone": row.phone_masked}
        ),
        counts=Counts.model_validate(row, from_attributes=True),
    )


def organisation_of_day(
    request: ApiRequest, row: Organisation, version: OrganisationVersion, on: date
) -> OrganisationShown:
    """An organisation as it was or will be on a day: name, kind and parent of that day, no facts of today."""
    parent = version.parent
    seen = parent is not None and request.auth.may(VIEW, parent.path)
    return OrganisationShown(
        on=on,
        id=row.id,
        code=row.code,
        name=version.name,
        short_name=version.short_name,
        org_type=version.org_type,
        parent=Place(id=parent.id, name=parent.short_name) if parent is not None and seen else None,
        place=[],
        founded_on=row.founded_on,
        dissolved_on=row.dissolved_on,
        approval_no=row.approval_no,
        facts=None,
        counts=None,
    )


def _answer(request: ApiRequest, response: HttpResponse, row: Organisation) -> OrganisationShown:
    """An organisation after an act on it, with its new tag."""
    shown = organisation_shown(request, row)
    tag(response, row.version, shown)
    return shown


@router.get("", response={200: OrganisationPage, **PROBLEMS}, summary="List organisations")
@endpoint(VIEW, listing=ORGANISATIONS)
def list_organisations(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """The organisations living today that the account sees, with the search, filters and orders of the screen."""
    return page_of(request, response, ORGANISATIONS, organisations_within(request.auth), listed)


@router.post("", response={201: OrganisationShown, **PROBLEMS}, summary="Set up an organisation")
@endpoint(REORGANISE)
def set_up_organisation(request: ApiRequest, response: HttpResponse, payload: SetUp) -> Status[OrganisationShown]:
    """Set up an organisation from a day on; a coming day plans it, a past one writes history. See `Location`."""
    row = set_up(
        request.auth,
        parent=payload.parent,
        new=NewOrganisation(**payload.new.dict()),
        **payload.decided(),
        at=now(),
    )
    response.headers["Location"] = f"{request.path}/{row.id}"
    return Status(201, _answer(request, response, row))


@router.get("/{uuid:organisation}", response={200: OrganisationShown, **PROBLEMS}, summary="Get an organisation")
@endpoint(VIEW, version=Version.READ)
def get_organisation(
    request: ApiRequest,
    response: HttpResponse,
    organisation: UUID,
    on: Day | None = AS_OF,
) -> OrganisationShown | HttpResponse:
    """One organisation, today or as of another day; with the past ones and those planned."""
    row = organisation_for(request.auth, organisation)
    if on is None:
        return tagged(request, response, row.version, organisation_shown(request, row))
    version = organisation_on(row.id, on)
    if version is None:
        raise NotVisible(_("The organisation does not exist on that day."))
    return tagged(request, response, row.version, organisation_of_day(request, row, version, on))


@router.patch("/{uuid:organisation}", response={200: OrganisationShown, **PROBLEMS}, summary="Change facts")
@endpoint(CHANGE, version=Version.CHANGE)
def change_organisation(
    request: ApiRequest, response: HttpResponse, organisation: UUID, payload: ChangedFacts
) -> OrganisationShown:
    """Write new facts, those sent and no others; name, kind and place change by acts of their own."""
    row = change_facts(
        request.auth,
        organisation=organisation,
        changes=payload.changes.dict(exclude_unset=True),
        **payload.decided(),
        version=required_version(request),
        at=now(),
    )
    return _answer(request, response, row)


@router.get("/{uuid:organisation}/children", response={200: Children, **PROBLEMS}, summary="List what stands under it")
@endpoint(VIEW)
def list_children(
    request: ApiRequest,
    organisation: UUID,
    on: Day | None = AS_OF,
    after: str = AFTER_PLACE,
    size: int = SIZE_OF_LEVEL,
) -> Children:
    """One level of the tree, in its order, today or as of another day."""
    parent = organisation_for(request.auth, organisation)
    if on is None:
        level = children_of(request.auth, parent, after=after, size=size)
    else:
        level = children_on(request.auth, parent.id, on, after=after, size=size)
    items = [Child.model_validate(node, from_attributes=True) for node in level.nodes]
    return Children(items=items, next=level.after or None)


@router.get("/{uuid:organisation}/timeline", response={200: Timeline, **PROBLEMS}, summary="List what happened to it")
@endpoint(VIEW)
def organisation_timeline(
    request: ApiRequest,
    organisation: UUID,
    after: UUID | None = AFTER_EVENT,
) -> Timeline:
    """Acts on the organisation, newest first, with old and new values, document and reason."""
    row = organisation_for(request.auth, organisation)
    return Timeline.of([(one.event, one.wording) for one in timeline_of(row, before=after)], SIZE)


@router.post("/{uuid:organisation}/rename", response={200: OrganisationShown, **PROBLEMS}, summary="Rename")
@endpoint(REORGANISE, version=Version.MAY_CHANGE)
def rename_organisation(
    request: ApiRequest, response: HttpResponse, organisation: UUID, payload: Rename
) -> OrganisationShown:
    """Call it by another name, or make it another kind, from a day on."""
    row = rename(
        request.auth,
        organisation=organisation,
        name=payload.name,
        short_name=payload.short_name,
        org_type=payload.org_type,
        **payload.decided(),
        version=given_version(request),
        at=now(),
    )
    return _answer(request, response, row)


@router.post("/{uuid:organisation}/move", response={200: OrganisationShown, **PROBLEMS}, summary="Move")
@endpoint(REORGANISE)
def move_organisation(
    request: ApiRequest, response: HttpResponse, organisation: UUID, payload: Move
) -> OrganisationShown:
    """Put it, with all that stands below it, under another parent from a day on."""
    row = move(request.auth, organisation=organisation, parent=payload.parent, **payload.decided(), at=now())
    return _answer(request, response, row)


@router.post("/{uuid:organisation}/dissolve", response={200: OrganisationShown, **PROBLEMS}, summary="Dissolve")
@endpoint(REORGANISE)
def dissolve_organisation(
    request: ApiRequest, response: HttpResponse, organisation: UUID, payload: Decision
) -> OrganisationShown:
    """End it; the day is the first on which it is no more. Nobody and nothing may belong to it any longer."""
    row = dissolve(request.auth, organisation=organisation, **payload.decided(), at=now())
    return _answer(request, response, row)


@router.post(
    "/{uuid:organisation}/merge", response={200: OrganisationShown, **PROBLEMS}, summary="Merge others into it"
)
@endpoint(REORGANISE)
def merge_organisations(
    request: ApiRequest, response: HttpResponse, organisation: UUID, payload: Merger
) -> OrganisationShown:
    """End the `earlier` organisations; this one takes over their members and what stands below them."""
    row = merge(request.auth, earlier=payload.earlier, into=organisation, **payload.decided(), at=now())
    return _answer(request, response, row)


@router.post("/{uuid:organisation}/split", response={201: list[Listed], **PROBLEMS}, summary="Split")
@endpoint(REORGANISE)
def split_organisation(request: ApiRequest, organisation: UUID, payload: Split) -> Status[list[Listed]]:
    """Let new organisations split off beside it, taking over some of its members and of what stands below."""
    parts = [
        Part(new=NewOrganisation(**one.new.dict()), children=tuple(one.children), members=tuple(one.members))
        for one in payload.parts
    ]
    made = split(request.auth, organisation=organisation, parts=parts, **payload.decided(), at=now())
    return Status(201, [listed(row) for row in made])


@router.get("/{uuid:organisation}/terms", response={200: list[TermShown], **PROBLEMS}, summary="List terms of office")
@endpoint(VIEW)
def list_terms(request: ApiRequest, organisation: UUID) -> list[TermShown]:
    """The terms of office, newest first."""
    row = organisation_for(request.auth, organisation)
    return [TermShown.model_validate(one, from_attributes=True) for one in row.terms.all()[:TERMS_SHOWN]]


@router.post("/{uuid:organisation}/terms", response={201: TermShown, **PROBLEMS}, summary="Begin a term of office")
@endpoint(TERMS)
def begin_organisation_term(request: ApiRequest, organisation: UUID, payload: NewTermIn) -> Status[TermShown]:
    """Record that a term began; the running one ends on that day. Without `due_on` the rule in force gives it."""
    term = begin_term(
        request.auth,
        organisation=organisation,
        term=NewTerm(
            starts_on=payload.effective_on, due_on=payload.due_on, number=payload.number, election=payload.election
        ),
        document_no=payload.document_no,
        reason=payload.reason,
        at=now(),
    )
    return Status(201, TermShown.model_validate(term, from_attributes=True))


@router.post("/{uuid:organisation}/terms/end", response={200: TermShown, **PROBLEMS}, summary="End the running term")
@endpoint(TERMS)
def end_organisation_term(request: ApiRequest, organisation: UUID, payload: Decision) -> TermShown:
    """Record that the running term ended without a new one."""
    term = end_term(request.auth, organisation=organisation, **payload.decided(), at=now())
    return TermShown.model_validate(term, from_attributes=True)


@router.post("/terms/{uuid:term}/correction", response={200: TermShown, **PROBLEMS}, summary="Correct a term")
@endpoint(TERMS)
def correct_organisation_term(request: ApiRequest, term: UUID, payload: NewTermIn) -> TermShown:
    """Mend a term that was recorded wrongly; the timeline keeps what stood there. `due_on` must be given."""
    found = correct_term(
        request.auth,
        term=term,
        starts_on=payload.effective_on,
        due_on=payload.required_due_on(),
        number=payload.number,
        election=payload.election,
        document_no=payload.document_no,
        reason=payload.reason,
        at=now(),
    )
    return TermShown.model_validate(found, from_attributes=True)
