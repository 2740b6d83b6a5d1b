"""Who sees the rows of organisations: whoever holds any permission at the place."""

from lianxin.kernel.db.row_security import (
    anywhere,
    changeable,
    either,
    guard,
    own_account,
    reach,
    widen,
    window,
    with_parent,
)
from lianxin.kernel.models import Event
from lianxin.organisations.models import (
    Grant,
    GrantRequest,
    LocalValue,
    Organisation,
    OrganisationVersion,
    Succession,
    Term,
    Unapplied,
)

CHANGED_THERE = changeable("p.path", "organisations.")

guard(
    Organisation,
    sees=anywhere("path"),
    changes=either(changeable("path", "organisations."), changeable("path", "members.")),
    adds=changeable("path", "organisations."),
)
for model in (OrganisationVersion, Term, Unapplied):
    column = f"{model._meta.db_table}.organisation_id"  # noqa: SLF001 - Django's documented model API
    guard(
        model,
        sees=with_parent(column, Organisation),
        changes=with_parent(column, Organisation, CHANGED_THERE),
    )
guard(
    Succession,
    sees=either(with_parent("earlier_id", Organisation), with_parent("later_id", Organisation)),
    changes=either(
        with_parent("earlier_id", Organisation, CHANGED_THERE), with_parent("later_id", Organisation, CHANGED_THERE)
    ),
)
# What is set above holds below, so whoever has a reach below may read it. The paths are asked the other way round.
window(
    "organisations_above_actor(place uuid)",
    returns="boolean",
    body=(
        "SELECT EXISTS (SELECT 1 FROM organisations_organisation o,"
        " unnest(array_append(nullif(current_setting('lianxin.any_others', true), '')::text[],"
        " nullif(current_setting('lianxin.any_from', true), ''))) own(path)"
        " WHERE o.id = place AND starts_with(own.path, o.path))"
    ),
)
guard(
    LocalValue,
    sees=either(
        with_parent("organisations_local_value.organisation_id", Organisation),
        "organisations_above_actor(organisations_local_value.organisation_id)",
    ),
    changes=with_parent(
        "organisations_local_value.organisation_id", Organisation, changeable("p.path", "organisations.local_value")
    ),
)
GRANTS_THERE = with_parent("organisations_grant.organisation_id", Organisation, reach("p.path", "organisations.grant"))
guard(
    Grant,
    sees=either(
        own_account("account_id"),
        GRANTS_THERE,
        with_parent("organisations_grant.organisation_id", Organisation, reach("p.path", "accounts.account")),
    ),
    changes=with_parent(
        "organisations_grant.organisation_id", Organisation, changeable("p.path", "organisations.grant")
    ),
)
guard(
    GrantRequest,
    sees=either(
        own_account("asked_by"),
        with_parent(
            "organisations_grant_request.organisation_id", Organisation, reach("p.path", "organisations.grant")
        ),
    ),
    changes=with_parent(
        "organisations_grant_request.organisation_id", Organisation, changeable("p.path", "organisations.grant")
    ),
)

window(
    "organisations_reaches_of(wanted uuid, today date, instant timestamptz)",
    returns="TABLE (role text, path text, below boolean, ends_at timestamptz)",
    # Asked at the beginning of every request, when it is not known yet what the account reaches.
    body="SELECT g.role, o.path, g.below, g.ends_at FROM organisations_grant g"
    " JOIN organisations_organisation o ON o.id = g.organisation_id"
    " WHERE g.account_id = wanted AND g.revoked_at IS NULL AND g.valid_from <= today"
    " AND (g.valid_until IS NULL OR g.valid_until >= today) AND (g.ends_at IS NULL OR g.ends_at > instant)"
    " ORDER BY o.path",
)
window(
    "organisations_has_role(wanted uuid)",
    returns="boolean",
    # Whether an account ever had a role anywhere: the policy hides those elsewhere, so "none" must be asked past it.
    body="SELECT EXISTS (SELECT 1 FROM organisations_grant g WHERE g.account_id = wanted)",
)
window(
    "organisations_roles_beyond(wanted uuid, trees text[], places text[], today date, instant timestamptz)",
    returns="boolean",
    # Whether an open role of the account reaches further than the asker: the policy hides just those that do.
    body="SELECT EXISTS (SELECT 1 FROM organisations_grant g"
    " JOIN organisations_organisation o ON o.id = g.organisation_id"
    " WHERE g.account_id = wanted AND g.revoked_at IS NULL"
    " AND (g.valid_until IS NULL OR g.valid_until >= today) AND (g.ends_at IS NULL OR g.ends_at > instant)"
    " AND NOT EXISTS (SELECT 1 FROM unnest(trees) t(path) WHERE starts_with(o.path, t.path))"
    " AND (g.below OR NOT o.path = ANY (places)))",
)
window(
    "organisations_short_names(wanted uuid[])",
    returns="TABLE (id uuid, short_name text)",
    # A row in reach may name an organisation that is not: its name may be seen, and no more.
    body="SELECT o.id, o.short_name FROM organisations_organisation o WHERE o.id = ANY (wanted)",
)
window(
    "organisations_with_pieces(pieces text[])",
    returns="SETOF uuid",
    # The index on pieces of names is of no use below a policy: the question asks the reach itself.
    body=f"SELECT id FROM organisations_organisation WHERE grams @> pieces::varchar[] AND ({anywhere('path')})",  # noqa: S608 - our own condition
)
widen(Event, sees=with_parent("kernel_event.subject_id", Organisation, anywhere("p.path")))  # from before it moved here
