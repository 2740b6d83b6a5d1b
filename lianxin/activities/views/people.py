"""Inviting by hand, observers from above, files."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.files import add_file, content_of, remove_file
from lianxin.activities.actions.inviting import invite, invite_observer, uninvite
from lianxin.activities.forms import FileForm, InviteForm, ObserverForm
from lianxin.activities.models import ActivityFile, Participant
from lianxin.activities.permissions import OWN, PLAN
from lianxin.activities.queries.activities import activity_for, not_there
from lianxin.activities.queries.around import named_with_place, places_below
from lianxin.activities.queries.invited import plannable
from lianxin.activities.queries.observers import observers_from_above
from lianxin.activities.views.pages import act_at_once, act_with_form, activity_asked
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

SHOWN = 500


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def invite_more(request: Request, activity: UUID) -> HttpResponseBase:
    """Invite further members; the staff of a party to a joint activity invite their own."""
    found = activity_for(request.actor, activity)
    held = Participant.objects.filter(activity=activity).values("member_id")
    rows = plannable(request.actor).exclude(pk__in=held)
    parties = [one for one in found.parties.all() if request.actor.may(PLAN, one.organisation_path)]
    wanted = Q(organisation__in=[one.organisation_id for one in parties])
    is_host = request.actor.may(PLAN, found.organisation_path)
    rows = rows.filter(wanted | subtree(found.organisation_path, field="organisation_path") if is_host else wanted)
    places = places_below(request.actor, found) if is_host else []
    chosen = request.GET.get("organisation", "")
    if chosen in dict(places):
        rows = rows.filter(organisation=UUID(chosen))
    people = [
        (str(one.pk), named_with_place(one, found.organisation_id))
        for one in rows.select_related("organisation").order_by("pinyin", "id")[:SHOWN]
    ]
    return act_with_form(
        request,
        InviteForm(request.POST or None, people=people),
        lambda given: invite(
            request.actor,
            activity=activity,
            members=[UUID(one) for one in given["members"]],
            role=given["role"] or "member",
            at=now(),
        ),
        title=_("Invite further persons"),
        under=found.title,
        back=found.get_absolute_url(),
        submit=_("Invite"),
        done=_("They are invited."),
        places=[("", _("all of them")), *places] if places else [],
        chosen=chosen,
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def invite_from_above(request: Request, activity: UUID) -> HttpResponseBase:
    """Invite an observer from an organisation above."""
    found = activity_asked(request, activity, PLAN)
    people = [
        (str(one.pk), f"{one.name}（{one.organisation.short_name}）")
        for one in observers_from_above(found.organisation_path)
    ]
    return act_with_form(
        request,
        ObserverForm(request.POST or None, people=people),
        lambda given: invite_observer(request.actor, activity=activity, observer=UUID(given["observer"]), at=now()),
        title=_("Invite an observer from above"),
        under=found.title,
        back=found.get_absolute_url(),
        submit=_("Invite"),
        consequence=_("Nobody from above watches without being invited, and everybody who takes part sees who does."),
        done=_("The observer is invited."),
    )


@screen(PLAN)
@require_POST
def uninvite_one(request: Request, participant: UUID) -> HttpResponseBase:
    """Take back an invitation."""
    row = Participant.objects.filter(pk=participant).first()
    if row is None:
        raise not_there()
    return act_at_once(
        request,
        lambda: uninvite(request.actor, participant=participant, at=now()),
        back=reverse("activities:attendance", args=[row.activity_id]),
        done=_("The invitation is taken back."),
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def file_new(request: Request, activity: UUID) -> HttpResponseBase:
    """Add a file."""
    found = activity_asked(request, activity, PLAN)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    return act_with_form(
        request,
        form,
        lambda given: add_file(
            request.actor, activity=activity, upload=given["file"], purpose=given["purpose"], at=now()
        ),
        title=_("Add a file"),
        under=found.title,
        back=found.get_absolute_url(),
        submit=_("Add"),
        done=_("The file is added."),
        multipart=True,
    )


@screen(PLAN)
@require_POST
def file_remove(request: Request, file: UUID) -> HttpResponseBase:
    """Remove a file."""
    row = ActivityFile.objects.filter(pk=file).first()
    if row is None:
        raise not_there()
    return act_at_once(
        request,
        lambda: remove_file(request.actor, file=file, at=now()),
        back=reverse("activities:detail", args=[row.activity_id]),
        done=_("The file is removed."),
    )


@screen(OWN)
@require_GET
def file_open(request: Request, file: UUID) -> HttpResponseBase:
    """A file, for staff of the activity and for whoever is invited."""
    stored, content = content_of(request.actor, file)
    answer = StreamingHttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=stored.name) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
