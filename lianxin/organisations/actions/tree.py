"""What every act on the tree does before it changes anything: one at a time, by whom, decided how, on which days."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.errors import Changed, InvalidInput, NotPermitted, NotVisible, Sentence
from lianxin.kernel.time import add_years
from lianxin.organisations.models import Organisation, OrganisationVersion
from lianxin.organisations.permissions import REORGANISE, VIEW

TREE_LOCK = 0x6C78_7472
EARLIEST = date(1921, 7, 1)
YEARS_AHEAD = 5
BRANCHES = frozenset({"branch", "joint_branch", "temporary_branch", "floating_branch", "functional_branch"})
"""Kinds that have members and Party groups, but no organisation below them."""


def lock_tree() -> None:
    """Wait until no other act changes the tree; held to the end of the transaction.

    Acts that change paths touch whole subtrees. There are few of them, so they queue rather than deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def locked(organisations: Iterable[UUID]) -> dict[UUID, Organisation]:
    """The organisations, their rows locked in the order of the tree.

    Raises:
        NotVisible: one of them does not exist.
    """
    wanted = set(organisations)
    rows = {row.id: row for row in Organisation.objects.select_for_update().filter(id__in=wanted).order_by("path")}
    if len(rows) < len(wanted):
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    return rows


def authority(organisation: Organisation) -> str:
    """Where the permission to reorganise must be held: at the organisation above; the top decides for itself.

    Source: BRANCH 6 and 7: setting up, adjusting and abolishing are decided by the higher committee.
    """
    return organisation.path[:-STEP] or organisation.path


def require_authority(actor: Actor, organisation: Organisation) -> None:
    """Let only those go on who may reorganise what lies below the organisation above.

    Raises:
        NotVisible: the actor does not see the organisation.
        NotPermitted: the actor sees it, but the decision belongs higher up.
    """
    if actor.may(REORGANISE, authority(organisation)):
        return
    require(actor, VIEW, organisation.path, seen_by=VIEW)
    raise NotPermitted(
        _("Only the higher organisation decides this: it needs the permission “%(permission)s” there.")
        % {"permission": declared(REORGANISE).label}
    )


def check_decision(*, effective_on: date, document_no: str, reason: str, today: date) -> None:
    """Refuse an act without its document, reason or a plausible date.

    Raises:
        InvalidInput: says which is missing.
    """
    errors: dict[str, Sentence] = {}
    if not document_no.strip():
        errors["document_no"] = _("Give the number of the deciding document.")
    if not reason.strip():
        errors["reason"] = _("Give the reason.")
    if effective_on < EARLIEST:
        errors["effective_on"] = _("The date lies before the founding of the Party; check the year.")
    elif effective_on > add_years(today, YEARS_AHEAD):
        errors["effective_on"] = _("The date lies more than %(years)d years ahead; check the year.") % {
            "years": YEARS_AHEAD
        }
    if errors:
        raise InvalidInput(errors)


def check_alive(organisation: Organisation, on: date) -> None:
    """Refuse a date on which the organisation does not exist.

    Raises:
        InvalidInput: it was not founded yet, or is dissolved by then.
    """
    if on < organisation.founded_on:
        said = _("“%(name)s” was founded on %(date)s; choose that day or a later one.")
        shown = organisation.founded_on
    elif organisation.dissolved_on is not None and on >= organisation.dissolved_on:
        said = _("“%(name)s” is dissolved from %(date)s; choose an earlier day.")
        shown = organisation.dissolved_on
    else:
        return
    raise InvalidInput({"effective_on": said % {"name": organisation, "date": date_format(shown)}})


def check_can_have_children(parent: Organisation, field: str) -> None:
    """Refuse a branch as a parent: below it there are only Party groups.

    Raises:
        InvalidInput: with the field that names the parent.
    """
    if parent.org_type in BRANCHES:
        raise InvalidInput(
            {
                field: _("“%(name)s” is a branch; an organisation stands under a committee or general branch.")
                % {"name": parent}
            }
        )


def check_stays(organisation: Organisation, field: str) -> None:
    """Refuse an organisation whose end is already decided as the place for others.

    Raises:
        InvalidInput: with the field that names it.
    """
    if organisation.dissolved_on is not None:
        raise InvalidInput(
            {
                field: _("“%(name)s” is dissolved from %(date)s; choose another organisation.")
                % {"name": organisation, "date": date_format(organisation.dissolved_on)}
            }
        )


def siblings_named(name: str, *, parent: UUID | None, since: date, but: Sequence[UUID] = ()) -> bool:
    """Whether on the day or later another organisation under the same parent bears the name."""
    return (
        OrganisationVersion.objects.filter(BELIEVED, parent_id=parent, name=name)
        .filter(valid__overlap=DateRange(since, None))
        .exclude(organisation_id__in=but)
        .exists()
    )


def check_name_is_free(name: str, *, parent: UUID | None, since: date, but: Sequence[UUID] = ()) -> None:
    """Refuse a name that a sibling bears on the day or later.

    Raises:
        InvalidInput: with the field `name`.
    """
    if siblings_named(name, parent=parent, since=since, but=but):
        raise InvalidInput(
            {"name": _("Another organisation under the same parent is already called “%(name)s”.") % {"name": name}}
        )


CYCLE = """
WITH RECURSIVE up(id, days, steps) AS (
    SELECT parent_id, valid * daterange(%(since)s, NULL), 1
    FROM organisations_version
    WHERE organisation_id = %(moved)s AND upper_inf(recorded) AND valid && daterange(%(since)s, NULL)
    UNION ALL
    SELECT v.parent_id, v.valid * up.days, up.steps + 1
    FROM up JOIN organisations_version v ON v.organisation_id = up.id
    WHERE up.id <> %(moved)s AND upper_inf(v.recorded) AND v.valid && up.days AND up.steps < 64
)
SELECT lower(days) FROM up WHERE id = %(moved)s ORDER BY 1 LIMIT 1
"""


def check_no_cycle(organisation: Organisation, since: date) -> None:
    """Refuse versions that put the organisation below itself on any day from `since`, planned days included.

    1. Start from the versions of the organisation in those days.
    2. Go up to the parents' versions, keeping only the days that both hold.
    3. Coming back to the organisation on some day is a cycle.

    Raises:
        InvalidInput: with the field `parent`.
    """
    with connection.cursor() as cursor:
        cursor.execute(CYCLE, {"moved": organisation.id, "since": since})
        found = cursor.fetchone()
    if found is not None:
        raise InvalidInput(
            {
                "parent": _("“%(name)s” would stand below itself on %(date)s; choose a parent outside it.")
                % {"name": organisation, "date": date_format(found[0])}
            }
        )


def children_from(organisation: UUID, since: date) -> list[OrganisationVersion]:
    """The versions of what stands under the organisation on the day or any later one."""
    return list(
        OrganisationVersion.objects.filter(BELIEVED, parent_id=organisation)
        .filter(valid__overlap=DateRange(since, None))
        .select_related("organisation")
        .order_by("organisation__path", "valid")
    )


def check_version(organisation: Organisation, expected: int | None) -> None:
    """Refuse where somebody else changed the organisation since the actor saw it; None does not ask.

    Raises:
        Changed: it has another version by now.
    """
    if expected is not None and expected != organisation.version:
        raise Changed(
            _("Somebody changed “%(name)s” in the meantime. Open it again and repeat your change.")
            % {"name": organisation}
        )
