"""Appointing members to posts of an organisation and relieving them; the organisation's leadership follows."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import describe, record, write
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.members.events import APPOINTED, IMPORT_UNDONE, RELIEVED
from lianxin.members.models import NO_SEAT, Member, Post
from lianxin.members.permissions import POSTS, VIEW
from lianxin.organisations.facade import organisation_for, set_leadership
from lianxin.rules.facade import check_secretary, code_table

SECRETARY = "secretary"


def held_on(day: date) -> Q:
    """The posts held on the day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


@transaction.atomic
def appoint(
    actor: Actor,
    *,
    organisation: UUID,
    member: UUID,
    kind: str,
    since: date,
    document_no: str = "",
    batch: UUID | None = None,
    at: datetime,
) -> Member:
    """Appoint a member to a post of the organisation from a day on; returns the member with `warnings`.

    `kind` is a key of the code table `committee_posts`. The member may belong to another organisation below.

    Raises:
        NotVisible, NotPermitted: the organisation or the member lies outside, or the permission is missing.
        Conflict: the post of secretary is held by somebody else, or the member holds the post already.
        InvalidInput: an unknown post, a member who has left, a day that cannot be.
    """
    place = organisation_for(actor, organisation, POSTS)
    found = Member.objects.select_for_update(of=("self",)).select_related("organisation").filter(id=member).first()
    if found is None or not actor.may(VIEW, found.organisation_path):
        raise NotVisible(_("There is no such member, or they are not in your organisations."))
    table = code_table("committee_posts")
    if kind not in table:
        raise InvalidInput({"kind": _("Choose a post from the list.")})
    if not found.is_in_register:
        raise InvalidInput({"member": _("The member has left the register.")})
    if place.founded_on > since or (place.dissolved_on is not None and place.dissolved_on <= since):
        raise InvalidInput({"since": _("The organisation does not exist on that day.")})
    open_posts = Post.objects.select_for_update().filter(organisation=place, kind=kind, until__isnull=True)
    if open_posts.filter(member=found).exists():
        raise Conflict(_("%(name)s holds this post already.") % {"name": found.name})
    if kind == SECRETARY and (holder := open_posts.select_related("member").first()) is not None:
        raise Conflict(
            _("%(name)s is secretary. Relieve them first, then appoint the new secretary.")
            % {"name": holder.member.name}
        )
    post = Post.objects.create(
        organisation_id=place.id, member=found, kind=kind, since=since, document_no=document_no.strip()
    )
    record(
        actor,
        APPOINTED,
        at=at,
        subject=found.id,
        organisation=place.id,
        organisation_path=place.path,
        changes={"post": (None, kind)},
        effective_on=since,
        document_no=document_no.strip(),
        data={"post": str(post.id), "organisation": place.short_name},
        batch=batch,
    )
    lead(place.id, day_of(at))
    if kind == SECRETARY:
        found.warnings = check_secretary(party_age_from=found.converted_on, since=since)
    return found


@transaction.atomic
def relieve(actor: Actor, *, post: UUID, on: date, document_no: str = "", reason: str = "", at: datetime) -> Post:
    """Relieve a member of a post; `on` is the first day on which they no longer hold it.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the permission is missing.
        Conflict: the post has ended already.
        InvalidInput: a day before the appointment.
    """
    found = (
        Post.objects.select_for_update(of=("self",)).select_related("organisation", "member").filter(id=post).first()
    )
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, POSTS, found.organisation.path, seen_by=VIEW)
    if found.until is not None:
        raise Conflict(_("This post has ended already."))
    if on < found.since:
        raise InvalidInput({"on": _("The day lies before the appointment.")})
    _end(actor, found, on=on, document_no=document_no, reason=reason, at=at)
    return found


def relieve_of_all(actor: Actor, member: Member, *, on: date, at: datetime) -> None:
    """End every post of a member who leaves, inside that act."""
    posts = Post.objects.select_for_update(of=("self",)).select_related("organisation", "member")
    for post in posts.filter(member=member, until__isnull=True):
        _end(actor, post, on=max(on, post.since), document_no="", reason=_("The member has left."), at=at)


@transaction.atomic
def take_back_appointments(actor: Actor, *, batch: UUID, at: datetime) -> int:
    """Remove the posts an import gave, as if it had never been; how many. The event log keeps what happened.

    Raises:
        NotVisible, NotPermitted: an organisation lies outside, or the permission is missing.
        Conflict: one of the posts has ended since, or the import was taken back before.
    """
    events = Event.objects.filter(batch_id=batch, kind=APPOINTED.kind)
    keys = [UUID(one.data["post"]) for one in events]
    rows = Post.objects.select_for_update(of=("self",)).select_related("organisation", "member")
    posts = list(rows.filter(id__in=keys).order_by("id"))
    if not keys or len(posts) < len(keys):
        raise Conflict(_("There is nothing left of this import to take back."))
    for path in {one.organisation.path for one in posts}:
        require(actor, POSTS, path, seen_by=VIEW)
    ended = next((one for one in posts if one.until is not None), None)
    if ended is not None:
        raise Conflict(
            _("%(name)s was relieved of a post after the import, so it cannot be taken back as a whole.")
            % {"name": ended.member.name}
        )
    write(
        describe(
            actor,
            IMPORT_UNDONE,
            at=at,
            subject=one.member_id,
            organisation=one.organisation_id,
            organisation_path=one.organisation.path,
            changes={"post": (one.kind, None)},
            data={"batch": str(batch), "post": str(one.id), "organisation": one.organisation.short_name},
        )
        for one in posts
    )
    Post.objects.filter(id__in=keys).delete()
    for place in {one.organisation_id for one in posts}:
        lead(place, day_of(at))
    return len(posts)


def _end(actor: Actor, post: Post, *, on: date, document_no: str, reason: str, at: datetime) -> None:
    post.until = on
    post.save(update_fields=["until"])
    record(
        actor,
        RELIEVED,
        at=at,
        subject=post.member_id,
        organisation=post.organisation_id,
        organisation_path=post.organisation.path,
        changes={"post": (post.kind, None)},
        effective_on=on,
        document_no=document_no.strip(),
        reason=reason.strip(),
        data={"post": str(post.id), "organisation": post.organisation.short_name},
    )
    lead(post.organisation_id, day_of(at))


def lead(organisation: UUID, day: date) -> None:
    """Write into the organisation's row who leads it on the day. Group leaders hold no seat of the committee."""
    held = list(
        Post.objects.filter(held_on(day), organisation_id=organisation)
        .order_by("kind", "since")
        .values_list("kind", "member_id", "member__name")
    )
    set_leadership(
        organisation=organisation,
        secretary=next((name for kind, _member, name in held if kind == SECRETARY), ""),
        committee_seats=len({member for kind, member, _name in held if kind != NO_SEAT}),
    )
