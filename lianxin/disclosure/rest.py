"""Checks before publishing for programs: hand in, read the verdict, take the masked copy. Decisions are for people."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status

from lianxin.disclosure.actions.handing_in import check_attachment, check_text
from lianxin.disclosure.actions.opening import masked_copy
from lianxin.disclosure.forms import SentFile
from lianxin.disclosure.models import Check
from lianxin.disclosure.permissions import RUN, VIEW
from lianxin.disclosure.queries.checks import CHECKS, check_for, checks_within
from lianxin.disclosure.rest_schemas import (
    CheckListed,
    CheckPage,
    CheckShown,
    FindingShown,
    TextSent,
    UnreadShown,
)
from lianxin.disclosure.wording import UNREAD, place_in_words, problem_sentence
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.rest import PROBLEMS, ApiRequest, endpoint, page_of
from lianxin.kernel.time import now

router = Router()
MULTIPART = {
    "type": "object",
    "required": ["organisation", "file"],
    "properties": {
        "organisation": {"type": "string", "format": "uuid", "description": "The organisation that publishes it."},
        "file": {"type": "string", "format": "binary"},
    },
}


def _facts(row: Check) -> dict[str, Any]:
    return {
        "id": row.pk,
        "organisation": row.organisation_id,
        "title": row.title,
        "kind": row.kind,
        "state": row.state,
        "found": row.found + row.title_findings,
        "missed": row.missed,
        "sha256": row.sha256,
        "created_at": row.created_at,
    }


def listed(row: Check) -> CheckListed:
    """A check as a list shows it."""
    return CheckListed(**_facts(row))


def shown(row: Check) -> CheckShown:
    """A check with its findings, masked."""
    return CheckShown(
        **_facts(row),
        problem=problem_sentence(row.problem) if row.problem else "",
        findings=[
            FindingShown(kind=one["kind"], masked=one["masked"], sure=one["sure"], place=place_in_words(one["place"]))
            for one in row.findings
        ],
        unread=[
            UnreadShown(what=str(UNREAD.get(one["code"], one["code"])), place=place_in_words(one["place"]))
            for one in row.unread
        ],
        has_masked_copy=row.has_copy,
        masked_is_clear=row.masked_is_clear,
        masked_sha256=row.masked_sha256,
    )


def _made(request: ApiRequest, response: HttpResponse, row: Check, collection: str) -> Status[CheckShown]:
    response.headers["Location"] = f"{request.path.removesuffix(collection)}/checks/{row.pk}"
    return Status(201, shown(row))


@router.get("/checks", response={200: CheckPage, **PROBLEMS}, summary="List checks")
@endpoint(VIEW, listing=CHECKS)
def list_checks(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """Checks at the account's organisations."""
    return page_of(request, response, CHECKS, checks_within(request.auth), listed)


@router.post("/texts", response={201: CheckShown, **PROBLEMS}, summary="Check a text")
@endpoint(RUN)
def hand_in_text(request: ApiRequest, response: HttpResponse, payload: TextSent) -> Status[CheckShown]:
    """Check a text before it becomes public; the answer is the verdict."""
    row = check_text(request.auth, organisation=payload.organisation, title=payload.title, text=payload.text, at=now())
    return _made(request, response, row, "/texts")


@router.post(
    "/attachments",
    response={201: CheckShown, **PROBLEMS},
    summary="Check a file",
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": MULTIPART}}}},
)
@endpoint(RUN)
def hand_in_attachment(request: ApiRequest, response: HttpResponse) -> Status[CheckShown]:
    """Check a .docx, .xlsx, .pdf, .csv or .txt before it becomes public; a large one is `waiting`: read it again."""
    form = SentFile(request.POST, request.FILES)
    if not form.is_valid():
        raise InvalidInput({name: [str(one) for one in said] for name, said in form.errors.items()})
    sent = form.cleaned_data["file"]
    row = check_attachment(
        request.auth, organisation=form.cleaned_data["organisation"], name=sent.name, chunks=sent.chunks(), at=now()
    )
    return _made(request, response, row, "/attachments")


@router.get("/checks/{uuid:check}", response={200: CheckShown, **PROBLEMS}, summary="Get a check")
@endpoint(VIEW)
def get_check(request: ApiRequest, check: UUID) -> CheckShown:
    """The verdict, what was found and where, masked."""
    return shown(check_for(request.auth, check))


@router.get(
    "/checks/{uuid:check}/masked",
    response={200: bytes, **PROBLEMS},
    summary="Get the masked copy",
)
@endpoint(VIEW)
def get_masked(request: ApiRequest, check: UUID) -> HttpResponse:
    """The masked copy, of the same format as what was handed in."""
    _row, content = masked_copy(request.auth, check=check)
    return HttpResponse(content, content_type="application/octet-stream")
