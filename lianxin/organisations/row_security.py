"""Who sees the rows of organisations: whoever holds any permission at the place; names also on the way to it."""

from lianxin.kernel.db.row_security import above, anywhere, changeable, either, guard, own_account, reach, with_parent
from lianxin.organisations.models import Grant, Organisation, OrganisationVersion, Succession, Term, Unapplied

CHANGED_THERE = changeable("p.path", "organisations.")

guard(
    Organisation,
    sees=either(anywhere("path"), above("path")),
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
