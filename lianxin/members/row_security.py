"""Who sees the rows of members: whoever holds a permission on members at their place, and the member."""

from lianxin.kernel.db.row_security import (
    changeable,
    either,
    guard,
    own_account,
    own_member,
    reach,
    widen,
    window,
    with_parent,
)
from lianxin.kernel.models import Event
from lianxin.members.models import (
    ClaimCode,
    Consent,
    CorrectionRequest,
    Member,
    MemberRecord,
    Membership,
    Post,
    RevealCount,
    RightsRequest,
    Unapplied,
)
from lianxin.organisations.facade import Organisation

window(
    "members_own_places()",
    returns="text[]",
    body="SELECT array_agg(o.path::text) FROM members_membership m JOIN organisations_organisation o"
    " ON o.id = m.organisation_id WHERE m.member_id = kernel_member()",
)
# A member sees where they belong and belonged. By path alone: a policy on a column that an index of counts lacks would
# keep it from answering by itself.
widen(Organisation, sees="path = ANY ((SELECT members_own_places())::text[])")

widen(Event, sees=with_parent("kernel_event.subject_id", Member))  # what happened before the member came here

CHANGED_THERE = changeable("p.organisation_path", "members.")

guard(
    Member,
    sees=either(reach("organisation_path", "members"), own_member("id")),
    changes=changeable("organisation_path", "members."),
)
for model in (Membership, MemberRecord, ClaimCode, Unapplied):
    column = f"{model._meta.db_table}.member_id"  # noqa: SLF001 - Django's documented model API
    guard(model, sees=with_parent(column, Member), changes=with_parent(column, Member, CHANGED_THERE))
guard(
    Post,
    sees=either(
        with_parent("members_post.member_id", Member),
        with_parent("members_post.organisation_id", Organisation, reach("p.path", "members")),
    ),
    changes=with_parent("members_post.organisation_id", Organisation, changeable("p.path", "members.")),
)
for asked in (CorrectionRequest, RightsRequest, Consent):
    guard(
        asked,
        sees=either(reach("organisation_path", "members"), own_member("member_id")),
        changes=either(changeable("organisation_path", "members."), own_member("member_id")),
    )
guard(RevealCount, sees=own_account("account_id"), changes=own_account("account_id"))
