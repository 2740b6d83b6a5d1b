"""After a kill and recovery: is every act wholly there with its one event, or absent? Each finding is a sentence."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from lianxin.api.models import KeptAnswer
from lianxin.files.models import Import, StoredFile
from lianxin.files.storage import path_of
from lianxin.kernel.events.verification import verify
from lianxin.kernel.models import Event
from lianxin.kernel.privacy.files import sealed_chunks
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.lookup import digests_of
from lianxin.kernel.privacy.models import Rotation
from lianxin.kernel.privacy.places import count_use, count_waiting, places
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.time import now
from lianxin.members.models import Member
from tests.faults.acts import Act
from tests.faults.clerk import Roster

ROWS_OF = {
    "members.updated": "members_record",
    "members.moved": "members_membership",
    "organisations.merged": "organisations_succession",
    "organisations.split": "organisations_succession",
    "organisations.moved": "organisations_version",
}
PERSONAL = ("id_number", "mobile", "landline", "home_address")

ALWAYS = {
    "organisations whose counted members differ from the members": """
        SELECT o.id FROM organisations_organisation o LEFT JOIN (
            SELECT organisation_id, count(*) FILTER (WHERE person_category = 'full') f,
                   count(*) FILTER (WHERE person_category <> 'full') p
            FROM members_member WHERE membership_status IN ('normal', 'restored', 'suspended') GROUP BY 1
        ) m ON m.organisation_id = o.id
        WHERE (o.full_members, o.probationary_members) IS DISTINCT FROM (coalesce(m.f, 0), coalesce(m.p, 0))""",
    "members in the register without exactly one membership today, where their row says": """
        SELECT m.id FROM members_member m WHERE m.membership_status IN ('normal', 'restored', 'suspended') AND (
            SELECT count(*) FILTER (WHERE s.organisation_id = m.organisation_id) * 1000 + count(*)
            FROM members_membership s WHERE s.member_id = m.id AND upper_inf(s.recorded)
              AND s.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date) <> 1001""",
    "members in the register without exactly one record today": """
        SELECT m.id FROM members_member m WHERE m.membership_status IN ('normal', 'restored', 'suspended') AND 1 <> (
            SELECT count(*) FROM members_record r WHERE r.member_id = m.id AND upper_inf(r.recorded)
              AND r.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date)""",
    "members whose path is not that of their organisation": """
        SELECT m.id FROM members_member m JOIN organisations_organisation o ON o.id = m.organisation_id
        WHERE m.organisation_path <> o.path""",
    "members who belong to an organisation that ended": """
        SELECT m.id FROM members_member m JOIN organisations_organisation o ON o.id = m.organisation_id
        WHERE m.membership_status IN ('normal', 'restored', 'suspended')
          AND o.dissolved_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date""",
    "living organisations that do not stand under the parent of their version of today": """
        SELECT o.id FROM organisations_organisation o
        LEFT JOIN organisations_organisation p ON p.path = left(o.path, -4) AND o.depth > 1
        WHERE o.dissolved_on IS NULL AND NOT EXISTS (
            SELECT 1 FROM organisations_version v WHERE v.organisation_id = o.id AND upper_inf(v.recorded)
              AND v.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
              AND v.parent_id IS NOT DISTINCT FROM p.id AND v.name = o.name)""",
    "organisations with a wrong number of children": """
        SELECT o.id FROM organisations_organisation o WHERE o.numchild <> (
            SELECT count(*) FROM organisations_organisation c
            WHERE c.path LIKE o.path || '%%' AND c.depth = o.depth + 1)""",
    **{
        f"rows of {table} without their event": f"""
        SELECT t.event_id FROM {table} t LEFT JOIN kernel_event e ON e.id = t.event_id WHERE e.id IS NULL"""  # noqa: S608 - our own names
        for table in ("members_membership", "members_record", "organisations_version", "organisations_succession")
    },
    **{
        f"events {kind} without their row": f"""
        SELECT e.id FROM kernel_event e WHERE e.kind = '{kind}' AND e.at > %(since)s
          AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.event_id = e.id)"""  # noqa: S608 - our own names
        for kind, table in {**ROWS_OF, "members.added": "members_membership"}.items()
    },
    "events that neither wait nor are sealed, or both": """
        SELECT e.id FROM kernel_event e
        WHERE (EXISTS (SELECT 1 FROM kernel_event_sealed s WHERE s.event_id = e.id))
            = (EXISTS (SELECT 1 FROM kernel_event_waiting w WHERE w.event_id = e.id))""",
    "kept answers that were never finished": "SELECT id FROM api_kept_answer WHERE status = 0 OR body = ''",
    "imports with no progress beside them": """
        SELECT i.id FROM files_import i LEFT JOIN files_import_progress p ON p.run_id = i.id WHERE p.run_id IS NULL""",
}


def asked(query: str, given: Any = None) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def always(since: Any) -> list[str]:
    """What has to hold after any crash."""
    found = []
    for what, query in ALWAYS.items():
        rows = asked(query, {"since": since})
        if rows:
            found.append(f"{len(rows)} {what}, e.g. {rows[0][0]}")
    return found


def is_there(act: Act) -> tuple[bool, list[str]]:
    """Whether an act is there, and what is wrong if it is there in part or more than once."""
    events = list(Event.objects.filter(subject_id=act.subject, kind=act.kind, reason=act.key).values_list("id", "data"))
    kept = KeptAnswer.objects.filter(key=act.key).count()
    found = []
    if len(events) != kept or len(events) > 1:
        found.append(f"{act.kind} {act.key}: {len(events)} events and {kept} kept answers")
    for event, _data in events:
        table = ROWS_OF[act.kind]
        rows = asked(f"SELECT count(*) FROM {table} WHERE event_id = %s", [event])[0][0]  # noqa: S608 - our own names
        followers = Event.objects.filter(batch_id=event, kind="members.moved").count()
        if not rows:
            found.append(f"{act.kind} {act.key}: its event has no row in {table}")
        if followers != act.followers:
            found.append(f"{act.kind} {act.key}: {followers} members followed instead of {act.followers}")
    return bool(events), found


def once(acts: Iterable[Act]) -> list[str]:
    """Acknowledged acts, each there exactly once, with its kept answer."""
    wanted = {one.key: one.kind for one in acts}
    if not wanted:
        return []
    kinds = list(set(wanted.values()))
    events: Counter[str] = Counter(
        reason
        for reason, kind in Event.objects.filter(reason__in=list(wanted), kind__in=kinds).values_list("reason", "kind")
        if wanted.get(reason) == kind
    )
    kept = set(KeptAnswer.objects.filter(key__in=list(wanted)).values_list("key", flat=True))
    found = []
    for key, kind in wanted.items():
        # A merger's reason stands on its followers too, under another kind.
        if events[key] != 1 or key not in kept:
            found.append(f"{kind} {key} was acknowledged and is there {events[key]} times")
    return found


def roster_is_there(roster: Roster) -> tuple[bool, list[str]]:
    """Whether an import is written, and what is wrong if it is in part or twice."""
    runs = list(Import.objects.filter(file__name=roster.name))
    if len(runs) > 1:
        return True, [f"{roster.name} was handed in once and is there {len(runs)} times"]
    phones = roster.added | roster.changed
    by_digest = {digest: number for number in phones for digest in digests_of("id_number", number)}
    rows = Member.objects.filter(id_number_digest__in=list(by_digest)).values_list("id_number_digest", "mobile_digest")
    has = {by_digest[bytes(one)]: bytes(mobile) for one, mobile in rows if mobile}
    written = sum(has.get(number, b"") in digests_of("phone", phone) for number, phone in phones.items())
    whole = written == len(phones)
    state = runs[0].state if runs else "absent"
    events: Counter[str] = Counter()
    if runs:
        events.update(Event.objects.filter(batch_id=runs[0].pk).values_list("kind", flat=True))
        events.update(Event.objects.filter(subject_id=runs[0].pk).values_list("kind", flat=True))
    there = {"members.added": len(roster.added), "members.updated": len(roster.changed), "files.imported": 1}
    wanted = Counter({kind: count for kind, count in there.items() if count and state == Import.State.APPLIED})
    found = []
    if whole != (state == Import.State.APPLIED) or (not whole and any(one in has for one in roster.added)):
        found.append(f"{roster.name} is {state}, and {written} of {len(phones)} rows are written")
    if events != wanted:
        found.append(f"{roster.name} is {state} with events {dict(events)} instead of {dict(wanted)}")
    return whole, found


def chain() -> list[str]:
    """What is wrong with the event log's chain."""
    return [one.sentence for one in verify().problems]


def values_of_members() -> dict[Any, tuple[str, ...]]:
    """Every member's personal data in clear, to be compared: opens every value, checks every digest."""
    held = {}
    for row in Member.objects.iterator(chunk_size=2000):
        opened = tuple(one.reveal() if (one := getattr(row, name)) is not None else "" for name in PERSONAL)
        for name, clear in (("id_number", opened[0]), ("mobile", opened[1])):
            kind = "id_number" if name == "id_number" else "phone"
            digest = getattr(row, f"{name}_digest")
            if (bytes(digest) if digest else None) != (_of_key(kind, clear, digest) if clear else None):
                raise AssertionError(f"The digest of {name} of {row.pk} is not that of its value.")
        held[row.pk] = opened
    return held


def _of_key(kind: str, clear: str, digest: Any) -> bytes:
    return key_ring().digest(kind, clear, key=bytes(digest)[0])


def sealed_texts() -> list[str]:
    """Open every sealed value of every table and every sealed file; what does not open."""
    found = []
    for place in places():
        for one in place.sealed:
            for blob in place.model._base_manager.exclude(**{one.name: None}).values_list(one.name, flat=True):
                found += _opens(lambda b=blob: b.reveal(), f"{place.name}.{one.name}")
        for text in place.texts:
            rows = asked(
                f"SELECT (regexp_matches({text.column}::text, '\"(sealed:[^\"]+)\"', 'g'))[1] "  # noqa: S608 - our own names
                f"FROM {place.model._meta.db_table}"
            )
            for (value,) in rows:
                found += _opens(lambda v=value: Sealed.from_text(v).reveal(), f"{place.name}.{text.name}")
    for stored in StoredFile.objects.filter(removed_at=None):
        found += _opens(lambda s=stored: sum(map(len, sealed_chunks(path_of(s.pk)))), f"file {stored.name}")
    return found


def _opens(attempt: Any, what: str) -> list[str]:
    try:
        attempt()
    except (ValueError, FileNotFoundError) as error:
        return [f"{what} does not open: {error}"]
    return []


def keys() -> list[str]:
    """Whether the ring holds every key that is used, and says what the rotation under way says."""
    ring, use = key_ring(afresh=True), count_use(at=now())
    found = [
        f"{use.seal[one]} values lie under key {one}, which is not in the ring"
        for one in use.seal
        if one not in ring.seal.by_number
    ]
    found += [
        f"{use.lookup[one]} digests lie under key {one}, which is not in the ring"
        for one in use.lookup
        if one not in ring.lookup.by_number
    ]
    under_way = Rotation.objects.filter(finished_at=None).first()
    if under_way and (under_way.seal_key, under_way.lookup_key) != (ring.current, ring.lookup.current):
        found.append(f"The rotation goes to key {under_way.seal_key}, the ring says {ring.current}")
    return found


def rotated() -> list[str]:
    """After a finished rotation: nothing is left under an old key."""
    last = Rotation.objects.order_by("-id").first()
    if last is None or last.finished_at is None:
        return ["The rotation is not finished"]
    found = [f"{last.left} values could not be exchanged"] if last.left else []
    for place in places():
        left = count_waiting(place, last.seal_key, last.lookup_key)
        found += [f"{left} rows of {place.name} still lie under an old key"] if left else []
    return found


def key_events() -> list[str]:
    """Every rotation with its begin and end in the log, once; every key of the ring with the event of its making."""
    found = []
    begun = Event.objects.filter(kind="privacy.rotation_begun").count()
    ended = Event.objects.filter(kind="privacy.rotation_finished").count()
    rotations = Rotation.objects.count(), Rotation.objects.exclude(finished_at=None).count()
    if (begun, ended) != rotations:
        found.append(f"{rotations[0]} rotations begun and {rotations[1]} ended, with {begun} and {ended} events")
    made = set(Event.objects.filter(kind="privacy.key_added").values_list("data__key", flat=True))
    silent = sorted(one for one in key_ring(afresh=True).seal.by_number if one != 1 and one not in made)
    return [*found, *(f"Key {one} is in the ring without the event of its making" for one in silent)]


def half_files() -> int:
    """Files whose writing was cut short; they lie beside the real ones until they are swept."""
    return sum(1 for _one in Path(settings.MEDIA_ROOT).rglob("*.part"))
