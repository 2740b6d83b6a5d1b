"""Duties follow from the rules: what organisations owe is opened, what no longer applies is withdrawn, in sets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lianxin.duties.actions.meet import match
from lianxin.duties.declared import Duty, all_duties
from lianxin.duties.periods import periods_of, periods_of_year
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotPermitted
from lianxin.organisations.facade import LocalValues, Organisation
from lianxin.rules.facade import DatedValue, OrganisationFacts, block_rule, overrides_of

CHUNK = 2_000
"""Organisations in one transaction."""
DECEMBER = 12
Chain = tuple[DatedValue, ...]
FIELDS = (
    "id",
    "path",
    "org_type",
    "full_members",
    "probationary_members",
    "unit_count",
    "committee_seats",
    "term_ends_on",
    "is_village_or_community",
    "dissolved_on",
)

# The values of one statement: whom each duty concerns (organisation, key) and by which variant of its periods (0 is the
# law alone, others follow local values), and the periods (variant, key, days, rule, local value).
_WANTED = """
    wanted AS MATERIALIZED (
        SELECT * FROM unnest(%(organisations)s::uuid[], %(keys)s::varchar[], %(variants)s::int[])
            w(organisation_id, key, variant)
    ),
    period AS MATERIALIZED (SELECT * FROM unnest(%(of_variants)s::int[], %(period_keys)s::varchar[], %(starts)s::date[],
        %(ends)s::date[], %(rules)s::varchar[], %(locals)s::uuid[])
        p(variant, key, period_start, period_end, rule, local_value_id))
"""
_OF_THE_ROW = "(w.organisation_id, w.key) = (d.organisation_id, d.key)"
_ITS_PERIOD = "(p.variant, p.key, p.period_start) = (w.variant, d.key, d.period_start)"

# The software learned of a new version after its first day: what had not ended follows it, what had ended stays.
_FOLLOW_THE_RULE = f"""
    WITH {_WANTED}
    UPDATE duties_duty d SET period_end = p.period_end, rule = p.rule, local_value_id = p.local_value_id,
        met_on = NULL, met_by = NULL, title = '', url = ''
    FROM wanted w, period p
    WHERE d.organisation_id = ANY(%(concerned)s) AND {_OF_THE_ROW} AND {_ITS_PERIOD} AND d.period_end >= %(on)s
        AND (d.period_end, d.rule, d.local_value_id) IS DISTINCT FROM (p.period_end, p.rule, p.local_value_id)
        AND (d.period_start >= %(on)s OR (w.variant = 0 AND d.local_value_id IS NULL))
"""  # noqa: S608 - our own text

# Where local values have or had a part, a period that has begun stays as it began. An end that was entered after its
# day takes back what ended in between: there was nobody to do it any more.
_WITHDRAW = f"""
    WITH {_WANTED}
    UPDATE duties_duty SET withdrawn_on = %(on)s, withdrawn = CASE
        WHEN w.key IS NOT NULL THEN 'rule_changed' WHEN o.dissolved_on <= %(on)s THEN 'dissolved'
        ELSE 'not_applicable' END
    FROM duties_duty d JOIN organisations_organisation o ON o.id = d.organisation_id
        LEFT JOIN wanted w ON {_OF_THE_ROW} LEFT JOIN period p ON {_ITS_PERIOD}
    WHERE duties_duty.id = d.id AND d.organisation_id = ANY(%(concerned)s)
        AND (d.period_end >= %(on)s OR d.period_end >= o.dissolved_on)
        AND d.period_end <= %(last)s AND d.met_on IS NULL AND d.withdrawn = ''
        AND p.key IS NULL AND NOT (w.key IS NOT NULL AND d.period_start < %(on)s
            AND (w.variant <> 0 OR d.local_value_id IS NOT NULL))
"""  # noqa: S608 - our own text

_BRING_BACK = f"""
    WITH {_WANTED}
    UPDATE duties_duty d SET withdrawn = '', withdrawn_on = NULL
    FROM wanted w, period p
    WHERE {_OF_THE_ROW} AND {_ITS_PERIOD}
        AND d.organisation_id = ANY(%(concerned)s) AND d.period_end >= %(on)s AND d.withdrawn <> ''
"""  # noqa: S608 - our own text

# Whoever owes something for the first time owes what the rule `block_counts_from` says, also what is over, but for the
# days on which it was of another kind (a general branch that became a branch); everybody else what is not yet over: of
# the past nobody knows whom it concerned. No period by a local value is opened late while
# another of the same duty runs, as after a move.
_OPEN = f"""
    WITH {_WANTED}, place AS MATERIALIZED (
        SELECT o.id, o.path, o.founded_on,
            coalesce(%(registered)s::date, (SELECT (min(lower(v.recorded)) AT TIME ZONE 'Asia/Shanghai')::date
                FROM organisations_version v WHERE v.organisation_id = o.id)) AS registered_on,
            EXISTS (SELECT 1 FROM duties_duty d WHERE d.organisation_id = o.id) AS is_known,
            (SELECT range_agg(v.valid) FROM organisations_version v WHERE v.organisation_id = o.id
                AND upper_inf(v.recorded) AND v.org_type <> o.org_type) AS of_another_kind
        FROM organisations_organisation o WHERE o.id = ANY(%(concerned)s)
    )
    INSERT INTO duties_duty (organisation_id, organisation_path, key, period_start, period_end, rule, local_value_id,
        withdrawn, title, url)
    SELECT o.id, o.path, w.key, p.period_start, p.period_end, p.rule, p.local_value_id, '', '', ''
    FROM wanted w JOIN place o ON o.id = w.organisation_id JOIN period p ON (p.variant, p.key) = (w.variant, w.key)
    WHERE o.founded_on <= p.period_start AND o.registered_on <= p.period_end
        AND (p.period_end >= %(on)s
            OR NOT o.is_known AND NOT coalesce(o.of_another_kind @> p.period_start, false))
        AND NOT (p.local_value_id IS NOT NULL AND o.is_known AND p.period_start < %(on)s AND EXISTS (
            SELECT 1 FROM duties_duty d WHERE {_OF_THE_ROW} AND d.withdrawn = ''
                AND d.period_start < %(on)s AND d.period_end >= %(on)s))
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

    Safe to run again: nothing changes unless organisations, rules or local values did. `organisations` None means all,
    a chunk to a transaction. What organisations set locally holds for the periods that begin from its first day on.
    `registered_on` stands in for the day each organisation was entered here (demonstration, tests).

    Source: `organisation_life.block_counts_from`, a default to be confirmed.

    Raises:
        NotPermitted: the actor is not the product itself; duties follow from rules and are opened by nobody else.
    """
    if not actor.is_system:
        raise NotPermitted(_("Duties follow from the rules; nobody opens them by hand."))
    block_rule()
    variants = Variants([on.year, on.year + 1] if on.month == DECEMBER else [on.year])
    done = Derived()
    for chunk in _chunks(organisations):
        with transaction.atomic():
            done += _derive(chunk, variants, on, registered_on)
    return done


class Variants:
    """The periods of each duty by what bears on a place: the law alone (0), or the local values on the way to it.

    Few values make few variants, so a hundred thousand places ask for a handful of them. One query.
    """

    def __init__(self, years: Sequence[int]) -> None:
        self.years = years
        self.values = LocalValues.load({duty.rule for duty in all_duties()})
        self.periods = [(0, one) for year in years for one in periods_of_year(year)]
        self._known: dict[tuple[str, Chain], int] = {}
        self._count = 0

    def on_the_way(self, path: str) -> Chain:
        """The local values that bear on a place."""
        return self.values.chain(path)

    def of(self, duty: Duty, chain: Chain) -> int:
        """The variant of a duty's periods under the values that bear on a place."""
        chain = tuple(one for one in chain if one.rule == duty.rule)
        if not chain:
            return 0
        found = self._known.get((duty.key, chain))
        if found is None:
            self._count += 1
            found = self._known[duty.key, chain] = self._count
            overrides = overrides_of(chain)
            self.periods += [(found, one) for year in self.years for one in periods_of(duty, year, overrides)]
        return found


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


def _derive(concerned: Sequence[UUID], variants: Variants, on: date, registered_on: date | None) -> Derived:
    wanted = _whom(concerned, variants, on)
    periods = variants.periods
    values: dict[str, Any] = {
        "concerned": list(concerned),
        "organisations": [organisation for organisation, _key, _variant in wanted],
        "keys": [key for _organisation, key, _variant in wanted],
        "variants": [variant for _organisation, _key, variant in wanted],
        "of_variants": [variant for variant, _one in periods],
        "period_keys": [one.key for _variant, one in periods],
        "starts": [one.start for _variant, one in periods],
        "ends": [one.end for _variant, one in periods],
        "rules": [one.rule for _variant, one in periods],
        "locals": [one.local for _variant, one in periods],
        "last": max((one.end for _variant, one in periods), default=on),
        "on": on,
        "registered": registered_on,
    }
    counts = {}
    with connection.cursor() as cursor:
        # Of rows just written the planner knows nothing: it expects next to none, and would compare each of them with
        # each of the values in turn (minutes for a county). Hashed, they are compared at once.
        cursor.execute("SET LOCAL enable_nestloop TO off")
        for name, statement in (
            ("followed", _FOLLOW_THE_RULE),
            ("withdrawn", _WITHDRAW),
            ("back", _BRING_BACK),
            ("opened", _OPEN),
        ):
            cursor.execute(statement, values)
            counts[name] = cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop TO on")
    if counts["opened"] or counts["followed"] or counts["back"]:
        match(concerned)
    return Derived(counts["opened"], counts["withdrawn"], counts["followed"] + counts["back"])


def _whom(concerned: Sequence[UUID], variants: Variants, on: date) -> list[tuple[UUID, str, int]]:
    """Which duties concern which of the organisations by the facts of today, and by which variant of its periods."""
    duties = all_duties()
    known: dict[tuple[OrganisationFacts, Chain], list[tuple[str, int]]] = {}
    found: list[tuple[UUID, str, int]] = []
    for row in Organisation.objects.filter(id__in=concerned).order_by().values_list(*FIELDS):
        organisation, path, org_type, full, probationary, units, seats, term_ends_on, is_village, dissolved_on = row
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
        chain = variants.on_the_way(path)
        if (facts, chain) not in known:
            known[facts, chain] = [(duty.key, variants.of(duty, chain)) for duty in duties if duty.applies(facts)]
        found += [(organisation, key, variant) for key, variant in known[facts, chain]]
    return found
