"""Loading the county the way a county clerk would: workbooks through the import, then posts, then a little life."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.db import connection, transaction

from lianxin.demo.accounts import SYSTEM, open_accounts, open_administration
from lianxin.demo.load_import import import_workbook
from lianxin.demo.load_life import live
from lianxin.demo.load_rows import REASON, founding_of
from lianxin.demo.load_scenes import play
from lianxin.demo.load_year import load_year
from lianxin.demo.posts import POST_IDENTIFIERS
from lianxin.demo.scales import batches, organisations
from lianxin.demo.workbooks import write_county
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.record import describe
from lianxin.kernel.events.record import write as write_events
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.time import day_of
from lianxin.members.actions.posts import SECRETARY
from lianxin.members.events import APPOINTED
from lianxin.members.models import NO_SEAT, Member, Post
from lianxin.organisations.actions.set_up import set_up
from lianxin.organisations.models import Organisation
from lianxin.rules.facade import code_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from lianxin.demo.posts import PostHeld
    from lianxin.kernel.authz import Actor

TOP = "370522"
BATCH = 2000


def load_county(*, at: datetime, say: Callable[[str], None], towns: Iterable[str] | None = None) -> None:
    """Load the county in one transaction: all of it or nothing.

    `towns` names the town-level units by code whose members are imported (tests); None means all of them.
    """
    today = day_of(at)
    chosen = None if towns is None else set(towns)
    with TemporaryDirectory() as folder, transaction.atomic():
        begun = time.monotonic()
        paths = write_county(Path(folder), today=today)
        top = set_up_top(at=at)
        security, clerk = open_administration(top=top, at=at)
        import_workbook(clerk, "organisations", top, paths["organisations"], at=at)
        _take_statistics()
        number = Organisation.objects.count()
        say(f"  {number:,} organisations, imported as a clerk imports them ({time.monotonic() - begun:.0f} s)")
        begun, number = time.monotonic(), 0
        for key, path in paths.items():
            kind, _colon, code = key.partition(":")
            if kind == "members" and (chosen is None or code in chosen):
                number += import_workbook(clerk, "members", Organisation.objects.get(code=code), path, at=at).to_add
        _take_statistics()
        say(f"  {number:,} members, the same way ({time.monotonic() - begun:.0f} s)")
        begun = time.monotonic()
        held = [post for batch in batches("county", today=today) for post in batch.posts]
        number = appoint_all(clerk, held, at=at)
        say(f"  {number:,} posts of secretaries and committee members ({time.monotonic() - begun:.0f} s)")
        cast = open_accounts(security=security, clerk=clerk, at=at)
        play(cast, Path(folder), at=at)
        load_year(clerk, at=at, say=say, owing=cast.branch.pk)
        live(cast, at=at)


def set_up_top(*, at: datetime) -> Organisation:
    """Set up the organisation at the top of the county, below which a clerk can import."""
    top = next(organisations("county", today=day_of(at)))
    return set_up(
        SYSTEM,
        parent=None,
        new=founding_of(top),
        effective_on=top.founded_on,
        document_no=top.approval_no or "演示",
        reason=REASON,
        at=at,
    )


def appoint_all(actor: Actor, held: Iterable[PostHeld], *, at: datetime) -> int:
    """Appoint everybody to their post, as `members.actions.posts.appoint` does one by one; how many.

    Members are known by their identity number; posts of people or organisations not loaded are passed over.
    """
    places = {one.code: one for one in Organisation.objects.all()}
    people = {
        bytes(digest): (identity, path)
        for identity, digest, path in Member.objects.values_list("id", "id_number_digest", "organisation_path")
        if digest
    }
    table, batch, today = code_table("committee_posts"), new_id(), day_of(at)
    posts: list[Post] = []
    events = []
    names: dict[UUID, str] = {}
    seats: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for one in held:
        kind = table.find(POST_IDENTIFIERS[one.post])
        member = people.get(digest_of("id_number", one.person.id_number) or b"")
        place = places.get(one.organisation_code)
        if kind is None or member is None or place is None or (kind.key, member[0]) in seats[place.id]:
            continue
        since = min(max(one.since, place.founded_on), today)
        post = Post(organisation_id=place.id, member_id=member[0], kind=kind.key, since=since)
        posts.append(post)
        seats[place.id].append((kind.key, member[0]))
        names[member[0]] = one.person.name
        events.append(
            describe(
                actor,
                APPOINTED,
                at=at,
                subject=member[0],
                organisation=place.id,
                organisation_path=place.path,
                changes={"post": (None, kind.key)},
                effective_on=since,
                data={"post": str(post.id), "organisation": place.short_name},
                batch=batch,
            )
        )
    Post.objects.bulk_create(posts, batch_size=BATCH)
    write_events(events)
    led = [one for one in places.values() if seats.get(one.id)]
    for place in led:
        mine = seats[place.id]
        place.secretary = next((names[member] for kind, member in mine if kind == SECRETARY), "")
        place.committee_seats = len({member for kind, member in mine if kind != NO_SEAT})
    Organisation.objects.bulk_update(led, ["secretary", "committee_seats"], batch_size=BATCH)
    return len(posts)


def _take_statistics() -> None:
    """Tell the planner what the tables hold now; it has seen them empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_organisation, organisations_version, members_member, members_membership")
