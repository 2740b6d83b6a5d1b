"""Who from above may be invited to watch: those who work for an organisation above, by name."""

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role, acting
from lianxin.kernel.db.paths import ancestors
from lianxin.members.facade import Member
from lianxin.organisations.facade import Organisation, holders_of

STAFF_ABOVE = (Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK)


def observers_from_above(path: str) -> list[Member]:
    """Members who hold a role at an organisation above `path`. Two queries.

    Whose branch it is may know who works for the committees above; nothing but name and place is shown of them.
    """
    with acting(Actor.system("who works for the organisations above")):
        held = holders_of(STAFF_ABOVE, Organisation.objects.filter(path__in=ancestors(path)))
        accounts = {account for holders in held.values() for account in holders}
        members = Account.objects.filter(pk__in=accounts, member_id__isnull=False).values("member_id")
        return list(Member.objects.filter(pk__in=members).select_related("organisation").order_by("pinyin", "id"))
