"""Every screen of the product, found in its addresses and filled in from the demonstration county."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

NOT_SCREENS = ("api/v1/", "sw.js", "ui/gallery/sample.json", "work/ledgers/layouts/samples/")
"""Addresses for programs: their answers are no pages."""


@dataclass(frozen=True, slots=True)
class Screen:
    """An address and the account that opens it."""

    account: str | None
    address: str

    @property
    def name(self) -> str:
        """A name for a picture of it."""
        words = self.address.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "home"
        return f"{self.account or 'stranger'}-{words}"


def routes(resolver: Any, prefix: str = "") -> Iterator[str]:
    """The patterns of all addresses, as written: `work/members/<uuid:member>/`."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)


def parameters(county: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What stands in an address for each parameter; a parameter that is not here has to be added here."""
    return {
        "uuid:organisation": (county["branch"]["id"], county["town"]["id"], county["dissolved"]),
        "uuid:member": (county["mates"][0]["id"],),
        "uuid:correction": (county["correction"],),
        "uuid:request_id": (county["rights_request"],),
        "uuid:post": (county["post"],),
        "uuid:term": (county["term"],),
        "uuid:grant": (county["grant"],),
        "uuid:grant_request": (county["grant_request"],),
        "uuid:account": (county["account"],),
        "uuid:import_id": tuple(one for _state, one in sorted(county["imports"].items())),
        "uuid:export_id": (county["export"],),
        "uuid:event": (county["event"],),
        "uuid:check": (county["check"],),
        "uuid:override": (county["override"],),
        "uuid:token": (county["token"],),
        "int:session": ("1",),
        "int:pk": ("1",),
        "slug:kind": ("members",),
        "slug:text": ("hardship",),
        "slug:field": ("id_number",),
        "slug:shell": ("portal", "sign-in"),
        "str:source": ("members", "organisations"),
        "str:rule": ("organisation_life.party_lecture.interval_months",),
        "str:rule_id": tuple(county["rules"][:1]),
        **of_life(county["life"]),
    }


def of_life(life: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What stands for a parameter of organisation life; nothing where the demonstration has none: then no screen."""
    named = {
        "uuid:room": "room",
        "uuid:group": "group",
        "uuid:excuse": "excuse",
        "uuid:local_value": "local_value",
        "uuid:alliance": "alliance",
        "uuid:party": "alliance_party",
        "uuid:participant": "participant",
        "uuid:resolution": "resolution",
        "uuid:round_id": "round",
        "uuid:outcome": "objection",
        "uuid:preparation": "preparation",
        "uuid:talk_year": "talk_year",
        "uuid:talk": "talk",
        "uuid:examination": "examination",
        "uuid:rectification": "rectification",
        "uuid:notice": "notice",
        "uuid:message": "message",
        "uuid:layout": "layout",
        "uuid:form": "form",
        "uuid:reply": "reply",
        "str:code": "check",
    }
    found = {name: tuple(life[key]) for name, key in named.items()}
    return found | {
        "uuid:activity": (*life["announced"], *life["held"], *life["joint"], *life["draft"]),
        "uuid:item": tuple(life["minutes_item"]),
        "uuid:vote": (),
        "uuid:booking": (),
        "uuid:file": (),
        "uuid:device": (),
        "uuid:branch": (),
        "int:number": (),
        "str:secret": (),
        "slug:what": ("study", "opinion", "criticism", "rectification"),
        "slug:step": ("mutual",),
        "slug:key": ("handbook", "attendance", "study", "resolutions"),
    }


OF_ROUTES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("work/activities/alliances/", "uuid:item", ("alliance_item",)),
    ("work/activities/<uuid:activity>/attendance/correct/", "uuid:activity", ("held",)),
    ("work/activities/<uuid:activity>/attendance/", "uuid:activity", ("announced", "held")),
    ("work/activities/<uuid:activity>/annul/", "uuid:activity", ("joint",)),
    ("work/activities/<uuid:activity>/minutes/", "uuid:activity", ("held",)),
    ("work/activities/<uuid:activity>/minutes.", "uuid:activity", ("held",)),
    ("work/activities/<uuid:activity>/hall/", "uuid:activity", ("joint",)),
    ("work/activities/<uuid:activity>/", "uuid:activity", ("announced",)),
    ("activities/<uuid:activity>/minutes/facts/", "uuid:activity", ()),
    ("activities/<uuid:activity>/minutes/", "uuid:activity", ("held",)),
    ("activities/<uuid:activity>/minutes.", "uuid:activity", ("held",)),
    ("activities/<uuid:activity>/hall/", "uuid:activity", ()),
    ("activities/<uuid:activity>/s/", "uuid:activity", ()),
    ("activities/<uuid:activity>/hall-kit/", "uuid:activity", ("announced",)),
    ("activities/<uuid:activity>/", "uuid:activity", ("announced", "held")),
    ("activities/minutes/items/", "uuid:item", ()),
    ("work/messages/notices/<uuid:notice>/change/", "uuid:notice", ("notice_draft",)),
    ("work/messages/notices/<uuid:notice>/review/", "uuid:notice", ("notice_draft",)),
    ("messages/<uuid:message>/", "uuid:message", ("own_message",)),
    ("work/messages/<uuid:message>/", "uuid:message", ("message",)),
    ("work/appraisals/members/", "uuid:participant", ("appraised",)),
    ("work/ceremonies/greetings/", "uuid:member", ("to_greet",)),
    ("work/ledgers/forms/<uuid:form>/change/", "uuid:form", ("form_draft",)),
    ("work/ledgers/forms/<uuid:form>/review/", "uuid:form", ("form_draft",)),
    ("preparations/talks/<uuid:talk>/", "uuid:talk", ("own_talk",)),
    ("preparations/rectifications/", "uuid:rectification", ("rectification",)),
)
"""Addresses whose parameter stands for something of its own: the first that fits, by the keys of `living.life_of`."""
ANY_ACTIVITY = "work/activities/<uuid:activity>/"
BRANCH_ONLY = ("work/duties/", "work/ledgers/")
"""Pages of an organisation that are looked at for the branch."""
SECRETARY = ("work/activities/", "work/duties/", "work/appraisals/", "work/preparations/", "work/ledgers/")
TOWN = (
    "work/messages/notices/",
    "work/messages/<uuid:message>/sent/",
    "work/ledgers/forms/",
    "work/ledgers/layouts/new/",
)
OBJECTED = ("work/appraisals/objections/",)
"""In the demonstration a member next door objects."""
GREETING = ("work/ceremonies/greetings/", "work/messages/<uuid:message>/", "activities/<uuid:activity>/hall-kit/")


FIRST_ONLY = ("set-up", "rename", "move", "merge", "split", "dissolve", "facts", "term", "structure", "level")
"""Acts on an organisation are looked at for one organisation."""
STRANGERS = ("account/login/", "account/inactive/", "claim/", "offline/", "ui/gallery/")
ADMINISTRATION = ("account/accounts/",)
ROLES = ("work/organisations/grants/",)
AUDIT = ("work/audit/",)
DECIDING = ("work/organisations/grants/requests/",)
"""Decided by a second person: not by the security administrator, who asked."""
BORROWED = (
    "work/organisations/grants/borrowed/",
    "work/members/<uuid:member>/override/",
    "activities/<uuid:activity>/sign-in/",
)
"""Stand only while a role is borrowed (`test_roles` borrows one), a fact is restricted, or an activity is on."""
KEYS = ("work/keys/",)
ASKED = ("work/members/posts/appoint/",)
"""Screens that stand only with a question in the address: among `MORE`."""
WITH_A_SECOND_FACTOR = (
    "account/second-factor/app/remove/",
    "account/second-factor/codes/",
    "account/second-factor/codes/download/",
)
"""Screens of those who have set up a second factor: `test_member` sets one up and looks at them."""
FRAGMENTS = ("work/organisations/<uuid:organisation>/level/",)
"""Pieces of a page that a script fetches."""
MORE = (
    ("clerk", "work/search/?q=wang"),
    ("clerk", "work/search/?q=wuzheme"),
    ("clerk", "work/members/?q=li"),
    ("clerk", "work/members/?q=wuzheme"),
    ("clerk", "work/organisations/?on=2024-01-01"),
    ("clerk", "work/members/add/?organisation={branch}"),
    ("clerk", "work/members/posts/appoint/?organisation={branch}"),
    ("clerk", "work/members/codes/?organisation={branch}"),
    ("member", "me/corrections/ask/?field=workplace"),
    ("clerk", "work/duties/"),
    ("clerk", "work/duties/list/"),
    ("clerk", "work/activities/"),
    ("clerk", "work/ceremonies/"),
    ("clerk", "work/ledgers/"),
    ("beisong", "work/"),
    ("beisong", "work/duties/"),
    ("secretary", "work/"),
    ("secretary", "work/messages/"),
    ("secretary2", "work/"),
    ("secretary", "work/activities/new/?kind=theme_day&organisation={branch}"),
    ("secretary", "work/activities/new/held/?kind=general_meeting&organisation={branch}"),
    ("security", "account/accounts/{account}/"),
    ("security", "account/accounts/{account}/reset/"),
    ("security", "work/"),
    ("viewer", "work/"),
    ("viewer", "work/members/"),
)
"""Screens that show something else with a question in the address."""


WHOSE: tuple[tuple[str | None, tuple[str, ...]], ...] = (
    ("admin", ADMINISTRATION),
    ("clerk", DECIDING),
    ("security", ROLES + KEYS),
    ("audit", AUDIT),
    (None, STRANGERS),
    ("beisong", TOWN),
    ("secretary2", OBJECTED),
    ("secretary", SECRETARY + GREETING),
)
"""Who opens the addresses that begin so; the first that fits."""


def account_for(route: str) -> str | None:
    """Who opens an address."""
    for account, starts in WHOSE:
        if route.startswith(starts):
            return account
    return "clerk" if route.startswith(("work/", "api/", "account/", "ui/")) else "member"


def filled(route: str, county: Mapping[str, Any]) -> list[str]:
    """The addresses of a pattern. Raises KeyError for a parameter nobody has thought of."""
    found = [route]
    known = parameters(county)
    if route.endswith("/returned.xlsx"):
        known["uuid:import_id"] = (county["imports"]["checked"],)
    if route != ANY_ACTIVITY:
        for start, name, keys in OF_ROUTES:
            if route.startswith(start):
                known[name] = tuple(one for key in keys for one in county["life"][key])
                break
    if route.startswith(BRANCH_ONLY):
        known["uuid:organisation"] = (county["branch"]["id"],)
    if "<slug:act>" in route:
        acts = county["member_acts" if route.startswith("work/members/") else "account_acts"]
        found = [route.replace("<slug:act>", act) for act in acts]
    while any("<" in one for one in found):
        filled_in = []
        for one in found:
            name = one[one.index("<") + 1 : one.index(">")]
            values = known[name]
            if name == "uuid:organisation" and any(f">/{word}" in one for word in FIRST_ONLY):
                values = values[:1]
            filled_in += [one.replace(f"<{name}>", quote(value), 1) for value in values]
        found = filled_in
    return found


def screens(county: Mapping[str, Any]) -> list[Screen]:
    """All of them, each with an account that may open it."""
    found = [
        Screen(account_for(route), "/" + address)
        for route in routes(get_resolver())
        if not route.startswith((*NOT_SCREENS, *BORROWED)) and route not in {*ASKED, *WITH_A_SECOND_FACTOR, *FRAGMENTS}
        for address in filled(route, county)
    ]
    known = {"branch": county["branch"]["id"], "account": county["account"]}
    more = [Screen(account, "/" + address.format(**known)) for account, address in MORE]
    return [*found, *more]
