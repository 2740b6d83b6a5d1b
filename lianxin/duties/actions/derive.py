"""Duties follow from the rules: what organisations owe is opened, what no longer applies is withdrawn, in sets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lianxin.duties.actions.meet import match
from lianxin.duties.declared import all_duties
from lianxin.duties.periods import Period, periods_of_year
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotPermitted
from lianxin.organisations.facade import Organisation
from lianxin.rules.facade import OrganisationFacts, block_rule

CHUNK = 2_000
"""Organisations in one transaction."""
DECEMBER = 12
FIELDS = (
    "id",
    "org_type",
    "full_members",
    "probationary_members",
    "unit_count",
    "committee_seats",
    "term_ends_on",
    "is_village_or_community",
    "dissolved_on",
)

# The values of one statement: whom each duty concerns (organisation, key), and the periods (key, days, rule).
_WANTED = """
    wanted AS MATERIALIZED (
        SELECT * FROM unnest(%(organisations)s::uuid[], %(keys)s::varchar[]) w(organisation_id, key)
    ),
    period AS MATERIALIZED (SELECT * FROM unnest(%(period_keys)s::varchar[], %(starts)s::date[], %(ends)s::date[],
        %(rules)s::varchar[]) p(key, period_start, period_end, rule))
"""

# The software learned of a new version after its first day: what had not ended follows it, what had ended stays.
_FOLLOW_THE_RULE = f"""
    WITH {_WANTED}
    UPDATE duties_duty d SET period_end = p.period_end, rule = p.rule,
        met_on = NULL, met_by = NULL, title = '', url = ''
    FROM period p WHERE d.organisation_id = ANY(%(concerned)s) AND d.key = p.key AND d.period_start = p.period_start
        AND d.period_end >= %(on)s AND (d.period_end <> p.period_end OR d.rule <> p.rule)
"""  # noqa: S608 - our own text

_WITHDRAW = f"""
    WITH {_WANTED}
    UPDATE duties_duty d SET withdrawn_on = %(on)s, withdrawn = CASE
        WHEN NOT EXISTS (SELECT 1 FROM period p WHERE (p.key, p.period_start) = (d.key, d.period_start))
            AND EXISTS (SELECT 1 FROM wanted w WHERE (w.organisation_id, w.key) = (d.organisation_id, d.key))
            THEN 'rule_changed'
        WHEN o.dissolved_on <= %(on)s THEN 'dissolved' ELSE 'not_applicable' END
    FROM organisations_organisation o
    WHERE o.id = d.organisation_id AND d.organisation_id = ANY(%(concerned)s)
        AND d.period_end >= %(on)s AND d.period_end <= %(last)s AND d.met_on IS NULL AND d.withdrawn = ''
        AND (NOT EXISTS (SELECT 1 FROM wanted w WHERE (w.organisation_id, w.key) = (d.organisation_id, d.key))
            OR NOT EXISTS (SELECT 1 FROM period p WHERE (p.key, p.period_start) = (d.key, d.period_start)))
"""  # noqa: S608 - our own text

_BRING_BACK = f"""
    WITH {_WANTED}
    UPDATE duties_duty d SET withdrawn = '', withdrawn_on = NULL
    FROM wanted w, period p
    WHERE (w.organisation_id, w.key) = (d.organisation_id, d.key) AND (p.key, p.period_start) = (d.key, d.period_start)
        AND d.organisation_id = ANY(%(concerned)s) AND d.period_end >= %(on)s AND d.withdrawn <> ''
"""  # noqa: S608 - our own text

# Whoever owes something for the first time owes what the rule `block_counts_from` says, also what is over; everybody
# else what is not yet over: of the past nobody knows whom it concerned.
_OPEN = f"""
    WITH {_WANTED}, place AS MATERIALIZED (
        SELECT o.id, o.path, o.founded_on,
            coalesce(%(registered)s::date, (SELECT (min(lower(v.recorded)) AT TIME ZONE 'Asia/Shanghai')::date
                FROM organisations_version v WHERE v.organisation_id = o.id)) AS registered_on,
            EXISTS (SELECT 1 FROM duties_duty d WHERE d.organisation_id = o.id) AS is_known
        FROM organisations_organisation o WHERE o.id = ANY(%(concerned)s)
    )
    INSERT INTO duties_duty
        (organisation_id, organisation_path, key, period_start, period_end, rule, withdrawn, title, url)
    SELECT o.id, o.path, w.key, p.period_start, p.period_end, p.rule, '', '', ''
    FROM wanted w JOIN place o ON o.id = w.organisation_id JOIN period p ON p.key = w.key
    WHERE o.founded_on <= p.period_start AND o.registered_on <= p.period_end
        AND (NOT o.is_known OR p.period_end >= %(on)s)
    ORDER BY o.path, w.key, p.period_start
    ON CONFLICT (organisation_id, key, period_start) DO NOTHING
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Derived:
    """What a derivation changed: duties opened, withdrawn, and brought back or set under a new version."""

    opened: int = 0
    withdrawn: int = 0
    changed: int = 0

    def __add__(self, other: "Derived") -> "Derived":
        return Derived(self.opened + other.opened, self.withdrawn + other.withdrawn, self.changed + other.changed)


def derive(
    actor: Actor, *, organisations: Iterable[UUID] | None, on: date, registered_on: date | None = None
) -> Derived:
    """Open the periods of the year of `on` (in December of the next one too), withdraw what applies no more.

    Safe to run again: nothing changes unless organisations or rules did. `organisations` None means all, a chunk to a
    transaction. `registered_on` stands in for the day each organisation was entered here (demonstration, tests).

    Source: `organisation_life.block_counts_from`, a default to be confirmed.

    Raises:
        NotPermitted: the actor is not the product itself; duties follow from rules and are opened by nobody else.
    """
    if not actor.is_system:
        raise NotPermitted(_("Duties follow from the rules; nobody opens them by hand."))
    block_rule()
    periods = periods_of_year(on.year) + (periods_of_year(on.year + 1) if on.month == DECEMBER else [])
    done = Derived()
    for chunk in _chunks(organisations):
        with transaction.atomic():
            done += _derive(chunk, periods, on, registered_on)
    return done


def _chunks(organisations: Iterable[UUID] | None) -> Iterator[list[UUID]]:
    if organisations is not None:
        wanted = sorted(set(organisations))
        yield from (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
        return
    after = ""
    while True:
        found = list(Organisation.objects.filter(path__gt=after).order_by("path").values_list("id", "path")[:CHUNK])
        if not found:
            return
        yield [one for one, _path in found]
        after = found[-1][1]


def _derive(concerned: Sequence[UUID], periods: Sequence[Period], on: date, registered_on: date | None) -> Derived:
    pairs = _whom(concerned, on)
    values: dict[str, Any] = {
        "concerned": list(concerned),
        "organisations": [organisation for organisation, _key in pairs],
        "keys": [key for _organisation, key in pairs],
        "period_keys": [one.key for one in periods],
        "starts": [one.start for one in periods],
        "ends": [one.end for one in periods],
        "rules": [one.rule for one in periods],
        "last": max((one.end for one in periods), default=on),
        "on": on,
        "registered": registered_on,
    }
    counts = {}
    with connection.cursor() as cursor:
        for name, statement in (
            ("followed", _FOLLOW_THE_RULE),
            ("withdrawn", _WITHDRAW),
            ("back", _BRING_BACK),
            ("opened", _OPEN),
        ):
            cursor.execute(statement, values)
            counts[name] = cursor.rowcount
    if counts["opened"] or counts["followed"] or counts["back"]:
        match(concerned)
    return Derived(counts["opened"], counts["withdrawn"], counts["followed"] + counts["back"])


def _whom(concerned: Sequence[UUID], on: date) -> list[tuple[UUID, str]]:
    """Which duties concern which of the organisations, by the facts of today."""
    duties = all_duties()
    known: dict[OrganisationFacts, list[str]] = {}
    found: list[tuple[UUID, str]] = []
    for row in Organisation.objects.filter(id__in=concerned).order_by().values_list(*FIELDS):
        organisation, org_type, full, probationary, units, seats, term_ends_on, is_village, dissolved_on = row
        if dissolved_on is not None and dissolved_on <= on:
            continue
        facts = OrganisationFacts(
            org_type=org_type,
            full_members=full,
            members=full + probationary,
            unit_count=units,
            has_committee=seats > 0,
            committee_size=seats,
            term_ends_on=term_ends_on,
            is_village=is_village,
        )
        if facts not in known:
            known[facts] = [duty.key for duty in duties if duty.applies(facts)]
        found += [(organisation, key) for key in known[facts]]
    return found
