"""Who has confirmed a message, who has not yet, and who cannot be reached online."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import NotVisible
from lianxin.members.facade import IN_REGISTER, Member
from lianxin.messaging.models import Message, Recipient
from lianxin.messaging.permissions import SEND, VIEW

SHOWN = 200
SHOWN_OF_A_MEMBER = ("id", "name", "mobile_masked", "account_id", "organisation_path", "membership_status")
CONFIRMED, OPEN, UNREACHABLE = "confirmed", "open", "unreachable"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the recipients stand where. `unreachable` have no account; they have to be told in another way."""

    total: int
    confirmed: int
    open: int
    unreachable: int


def sent_message(actor: Actor, message: UUID) -> Message:
    """A message as its sender, or whoever answers for messages of its organisation, sees it.

    Raises:
        NotVisible: there is none, or the actor is neither.
    """
    found = Message.objects.filter(pk=message).first()
    if found is None or not (
        (found.sender_id is not None and found.sender_id == actor.account_id)
        or actor.may(VIEW, found.organisation_path)
    ):
        raise NotVisible(_("There is no such message, or it is not in your organisations."))
    return found


def counts_of(message: Message) -> Counts:
    """Where the recipients stand. One query; call it for a message the actor may see (`sent_message`)."""
    with acting(Actor.system("counting confirmations")):
        found = Recipient.objects.filter(message=message).aggregate(
            total=Count("id"),
            confirmed=Count("id", filter=Q(confirmed_at__isnull=False)),
            unreachable=Count("id", filter=Q(account__isnull=True)),
        )
    return Counts(open=found["total"] - found["confirmed"] - found["unreachable"], **found)


def confirmations(message: Message, state: str) -> list[tuple[str, str]]:
    """(name, organisation) of recipients in one of the three states, in the order of the roster; at most 200.

    Call it for a message the actor may see: the sender may know by name whom the message went to. Two queries.
    """
    condition = {
        CONFIRMED: Q(confirmed_at__isnull=False),
        OPEN: Q(confirmed_at__isnull=True, account__isnull=False),
        UNREACHABLE: Q(account__isnull=True),
    }[state]
    with acting(Actor.system("naming recipients")):
        rows = list(
            Recipient.objects.filter(condition, message=message)
            .order_by("member__organisation_path", "member__pinyin", "id")
            .values_list("member__name", "member__organisation__short_name", "account_id")[:SHOWN]
        )
        names = dict(
            Account.objects.filter(pk__in=[account for name, _place, account in rows if name is None]).values_list(
                "pk", "name"
            )
        )
    return [(name or names.get(account, ""), place or "") for name, place, account in rows]


def unconfirmed_in_branch(actor: Actor, message: UUID, branch: UUID) -> tuple[Message, list[Member]]:
    """The members of the actor's branch who have not confirmed a message that was escalated to its secretary.

    The message may come from above; the secretary sees its title and the names of their own members, nothing more.

    Raises:
        NotVisible: it was not escalated or went to nobody there, or the branch is not the actor's.
    """
    # The members as the actor sees them: of another's branch the database shows none.
    rows = Member.objects.filter(organisation=branch).only(*SHOWN_OF_A_MEMBER).order_by("pinyin", "id")
    own = {one.pk: one for one in rows}
    with acting(Actor.system("telling a secretary who has not confirmed")):
        went_there = Recipient.objects.filter(message=OuterRef("pk"), member__in=list(own))
        found = Message.objects.filter(Exists(went_there), pk=message, escalated_at__isnull=False).first()
        if found is None or not actor.may(SEND, next(iter(own.values())).organisation_path):
            raise NotVisible(_("There is no such message, or it is not in your organisations."))
        open_rows = Recipient.objects.filter(message=found, confirmed_at__isnull=True, member__in=list(own))
        missing = set(open_rows.values_list("member_id", flat=True))
    return found, [one for key, one in own.items() if key in missing and one.membership_status in IN_REGISTER]
