"""What was decided for a day and takes effect when it has come."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianxin.kernel.time import day_of
from lianxin.members.actions.posts import lead
from lianxin.members.actions.recording import put_record
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.history import believed
from lianxin.members.models import Member, MemberRecord, Membership, Post, Unapplied

CHUNK = 500


def take_effect(*, at: datetime) -> int:
    """Bring today's rows up to what is believed of today, for every member and post with something due; how many.

    Safe to run twice and after days of standstill. The acts themselves recorded their events when they were decided.
    """
    today = day_of(at)
    done = 0
    while members := list(
        Unapplied.objects.filter(on__lte=today).order_by("member_id").values_list("member_id", flat=True)[:CHUNK]
    ):
        done += _bring_up(set(members), today, at)
    return done + _bring_up_posts(today)


@transaction.atomic
def _bring_up(members: set[UUID], today: date, at: datetime) -> int:
    rows = list(Member.objects.select_for_update(of=("self",)).filter(id__in=members).order_by("id"))
    ids = [one.id for one in rows]
    places, records = believed(Membership, ids, at), believed(MemberRecord, ids, at)
    for member in rows:
        columns: set[str] = set()
        place, belief = places[member.id].on(today), records[member.id].on(today)
        if belief is not None:
            columns |= put_record(member, belief)
        if place is not None and place.organisation_id != member.organisation_id:
            member.organisation_id = place.organisation_id
            columns.add("organisation")
        if columns:
            member.version += 1
            member.updated_at = at
            member.save(update_fields=[*columns, "version", "updated_at"])
        if "mobile" in columns:
            tell_accounts([member])
    Unapplied.objects.filter(member_id__in=members, on__lte=today).delete()
    return len(rows)


@transaction.atomic
def _bring_up_posts(today: date) -> int:
    """Leadership of organisations where a post begins or ends today."""
    begun = Post.objects.filter(since=today).values_list("organisation_id", flat=True)
    ended = Post.objects.filter(until=today).values_list("organisation_id", flat=True)
    organisations = {*begun, *ended}
    for organisation in organisations:
        lead(organisation, today)
    return len(organisations)
