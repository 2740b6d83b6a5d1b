"""Says, as JSON, whom and what the journeys meet in the loaded county. Run in the installation by `manage shell`."""

import json
import sys
from typing import Any

from lianxin.disclosure.models import Override
from lianxin.files.models import Import
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.permissions import MANAGE
from lianxin.kernel.accounts.views.administration import ACTS as ACCOUNT_ACTS
from lianxin.kernel.models import Event
from lianxin.kernel.time import today
from lianxin.members.models import CorrectionRequest, Member, Post, RightsRequest
from lianxin.members.views.acts import ACTS as MEMBER_ACTS
from lianxin.organisations.models import Grant, GrantRequest, Organisation, Succession, Term
from lianxin.rules.facade import all_rules
from tests.journeys.living import life_of

FEWEST, MOST = 3, 15


def pair(outside: Organisation, without: list[Any]) -> list[Organisation]:
    """Two village branches side by side, outside of this organisation and neither of them in `without`."""
    rows = Organisation.objects.filter(is_village_or_community=True, org_type="branch", numchild=0, dissolved_on=None)
    rows = rows.filter(full_members__range=(FEWEST, MOST)).exclude(id__in=without)
    before: Organisation | None = None
    for row in rows.exclude(path__startswith=outside.path).order_by("path"):
        if before is not None and before.path[: -Organisation.steplen] == row.path[: -Organisation.steplen]:
            return [before, row]
        before = row
    raise LookupError(f"No two small villages stand side by side outside of {outside}.")


def named(member: Member) -> dict[str, str]:
    return {
        "id": str(member.id),
        "name": member.name,
        "pinyin": member.pinyin,
        "initials": member.initials,
        "tail": member.id_number_masked[-4:],
        "number": known.reveal() if (known := member.mobile or member.id_number) else "",
        "organisation": member.organisation.short_name,
    }


def placed(organisation: Organisation) -> dict[str, str]:
    above = Organisation.objects.get(path=organisation.path[: -Organisation.steplen] or organisation.path)
    return {
        "id": str(organisation.id),
        "name": organisation.name,
        "short_name": organisation.short_name,
        "parent": str(above.id),
    }


def way_to(organisation: Organisation) -> list[str]:
    """The organisations above this one, from the one below the top."""
    steps = range(2 * Organisation.steplen, len(organisation.path), Organisation.steplen)
    return [str(Organisation.objects.get(path=organisation.path[:step]).id) for step in steps]


def facts() -> dict[str, Any]:
    account = {one.username: one for one in Account.objects.all()}
    own = Member.objects.select_related("organisation").get(account=account["member"].id)
    branch = own.organisation
    town = Organisation.objects.get(id=Grant.objects.get(account=account["beisong"]).organisation_id)
    people = Member.objects.select_related("organisation").filter(membership_status="normal", account=None)
    people = people.exclude(id__in=Post.objects.values("member"))
    mates = list(people.filter(organisation=branch).order_by("pinyin", "id")[:3])
    succession = Succession.objects.select_related("later").order_by("on", "id").first()
    assert succession is not None
    merging = pair(town, [succession.later_id])
    other = Organisation.objects.get(path=merging[0].path[: len(town.path)])
    far = people.filter(organisation_path__startswith=other.path).order_by("organisation_path", "pinyin", "id")[0]
    return {
        "county": placed(Organisation.objects.get(depth=1)),
        "town": placed(town),
        "other_town": placed(other),
        "branch": placed(branch),
        "merging": [placed(one) for one in merging],
        "merged": {"id": str(succession.later_id), "on": str(succession.on), "way": way_to(succession.later)},
        "own": named(own),
        "mates": [named(one) for one in mates],
        "far": named(far),
        "correction": str(CorrectionRequest.objects.filter(state="open").order_by("asked_at", "id")[0].id),
        "rights_request": str(RightsRequest.objects.get().id),
        "post": str(Post.objects.filter(organisation=branch, until=None).order_by("id")[0].id),
        "term": str(Term.objects.filter(organisation=town).order_by("-starts_on")[0].id),
        "grant": str(Grant.objects.get(account=account["viewer"], role="viewer").id),
        "account": str(account["viewer"].id),
        "imports": {one.state: str(one.id) for one in Import.objects.order_by("created_at")},
        "rules": [one.id for one in all_rules(today())],
        "member_acts": list(MEMBER_ACTS),
        "account_acts": [key for key, act in ACCOUNT_ACTS.items() if act.permission == MANAGE],
        "grant_request": str(GrantRequest.objects.order_by("asked_at")[0].id),
        "override": str(Override.objects.get().id),
        "check": str(Override.objects.get().check_of_id),
        "event": str(Event.objects.order_by("-id")[0].id),
        "dissolved": str(Succession.objects.order_by("on", "id")[0].earlier_id),
        "life": life_of(branch, own),
    }


sys.stdout.write(f"COUNTY {json.dumps(facts())}\n")
