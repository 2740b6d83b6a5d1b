"""What the list of events can show, and how it is searched."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.events.types import all_types, type_of
from lianxin.kernel.exports import ExportSource
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations import facade as organisations
from lianxin.workbench.audit.permissions import VIEW
from lianxin.workbench.audit.queries import changes_of, events_within

NOTHING = Q(pk__in=[])
NAMESAKES = 200
AREAS = {
    "accounts": _("accounts and sign-in"),
    "activities": _("organisation life"),
    "api": _("programs"),
    "appraisals": _("democratic appraisal"),
    "audit": _("event log"),
    "ceremonies": _("ceremonies"),
    "disclosure": _("checks before publishing"),
    "duties": _("what is due"),
    "files": _("imports and exports"),
    "ledgers": _("ledgers"),
    "members": _("members"),
    "messaging": _("messages between organisations and members"),
    "organisations": _("organisations"),
    "preparations": _("preparing organisation-life meetings"),
    "privacy": _("protection of personal data"),
    "retention": _("retention periods"),
}


def _any(condition: Callable[[str], Q]) -> Callable[[Sequence[str]], Q]:
    """A filter's condition from that of one value."""

    def either(values: Sequence[str]) -> Q:
        found = NOTHING
        for value in values:
            found |= condition(value.strip())
        return found

    return either


def _by_actor(text: str) -> Q:
    """Acts of the person with that name, user name or identifier; of the product itself by the work's name."""
    known = parse_id(text)
    if known is not None:
        return Q(actor_id=known)
    accounts = list(Account.objects.filter(Q(name=text) | Q(username=text)).values_list("pk", flat=True)[:NAMESAKES])
    # One or the other, not both in an OR: each is a range of the index by actor.
    return Q(actor_id__in=accounts) if accounts else Q(actor_id__isnull=True, actor_name=text)


def _by_place(text: str) -> Q:
    """Acts in the organisation of that name, short name or code, and below it."""
    found = NOTHING
    for one in organisations.resolve_names([text])[text]:
        found |= subtree(one.path, field="organisation_path")
    return found


def _by_area(area: str) -> Q:
    return Q(kind__in=[one.kind for one in all_types() if one.kind.startswith(f"{area}.")])


def _by_kind(text: str) -> Q:
    """Acts whose words contain the text, or whose kind it is."""
    return Q(kind__in=[text, *(one.kind for one in all_types() if text.lower() in str(one.wording).lower())])


def _by_id(text: str) -> Q:
    """Whatever the identifier belongs to: the event, its subject, its batch, the account."""
    known = parse_id(text)
    return NOTHING if known is None else Q(pk=known) | Q(subject_id=known) | Q(batch_id=known) | Q(actor_id=known)


def _by_subject(text: str) -> Q:
    known = parse_id(text)
    return NOTHING if known is None else Q(subject_id=known)


def _midnight(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
    except ValueError:
        return None


def _since(text: str) -> Q:
    begin = _midnight(text)
    return NOTHING if begin is None else Q(at__gte=begin)


def _until(text: str) -> Q:
    begin = _midnight(text)
    if begin is None:
        return NOTHING
    try:
        return Q(at__lt=begin + timedelta(days=1))
    except OverflowError:  # the last day of the calendar
        return Q()


def _search(text: str) -> Q:
    return _by_id(text) if parse_id(text) else _by_actor(text)


def _what(row: Event) -> Sentence:
    return type_of(row.kind).wording


def _changes(row: Event) -> str:
    return "；".join(f"{one.label}：{one.old or '—'} → {one.new or '—'}" for one in changes_of(row))


def _when(row: Event) -> str:
    return date_format(localtime(row.at), "Y-m-d H:i:s")


EVENTS: Listing[Event] = Listing(
    name="events",
    columns=(
        ListColumn("at", _("Time"), _when, sort="at", template="audit/cell_time.html"),
        ListColumn("actor", pgettext_lazy("of an event", "Who"), lambda row: row.actor_name),
        ListColumn("what", _("Act"), _what),
        ListColumn("place", _("Organisation"), lambda row: row.place_name),
        ListColumn("changes", _("Old → new"), _changes),
        ListColumn("reason", _("Reason"), lambda row: row.reason),
        ListColumn("document", _("Document"), lambda row: row.document_no),
        ListColumn("effective", _("Effective"), lambda row: row.effective_on, shown=False, kind="date"),
        ListColumn("kind", pgettext_lazy("of an event", "Kind"), lambda row: row.kind, shown=False),
        ListColumn("subject", _("Subject"), lambda row: str(row.subject_id), shown=False),
        ListColumn("batch", _("Batch"), lambda row: str(row.batch_id or ""), shown=False),
        ListColumn("id", _("Identifier"), lambda row: str(row.pk), shown=False),
    ),
    sorts=(Sort("at", _("Time"), ("at", "id")),),
    filters=(
        ListFilter("actor", _("Who acted"), _any(_by_actor), kind="text"),
        ListFilter("place", _("Organisation and below"), _any(_by_place), kind="text"),
        ListFilter("area", _("Area"), _any(_by_area), lambda: list(AREAS.items())),
        ListFilter("kind", _("Act"), _any(_by_kind), kind="text"),
        ListFilter("since", pgettext_lazy("of days", "From"), _any(_since), kind="date"),
        ListFilter("until", pgettext_lazy("of days", "To"), _any(_until), kind="date"),
        ListFilter("subject", _("Identifier of the subject"), _any(_by_subject), kind="text"),
    ),
    search=_search,
)

EXPORT = ExportSource(
    key="events",
    label=_("Event log"),
    permission=VIEW,
    listing=EVENTS,
    rows=events_within,
    place="place",
)
