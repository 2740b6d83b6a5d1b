"""Every screen of the product, found in its addresses and filled in from the demonstration county."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

NOT_SCREENS = ("api/v1/", "sw.js", "ui/gallery/sample.json")
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
        "str:rule_id": tuple(county["rules"][:1]),
    }


FIRST_ONLY = ("set-up", "rename", "move", "merge", "split", "dissolve", "facts", "term", "structure", "level")
"""Acts on an organisation are looked at for one organisation."""
STRANGERS = ("account/login/", "account/inactive/", "claim/", "offline/", "ui/gallery/")
ADMINISTRATION = ("account/accounts/",)
ROLES = ("work/organisations/grants/",)
AUDIT = ("work/audit/",)
DECIDING = ("work/organisations/grants/requests/",)
"""Decided by a second person: not by the security administrator, who asked."""
BORROWED = ("work/organisations/grants/borrowed/", "work/members/<uuid:member>/override/")
"""Stand only while a role is borrowed (`test_roles` borrows one), or a fact is restricted."""
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
    ("security", "account/accounts/{account}/"),
    ("security", "account/accounts/{account}/reset/"),
    ("security", "work/"),
    ("viewer", "work/"),
    ("viewer", "work/members/"),
)
"""Screens that show something else with a question in the address."""


def account_for(route: str) -> str | None:
    """Who opens an address."""
    if route.startswith(ADMINISTRATION):
        return "admin"
    if route.startswith(DECIDING):
        return "clerk"
    if route.startswith(ROLES + KEYS):
        return "security"
    if route.startswith(AUDIT):
        return "audit"
    if route.startswith(STRANGERS):
        return None
    return "clerk" if route.startswith(("work/", "api/", "account/", "ui/")) else "member"


def filled(route: str, county: Mapping[str, Any]) -> list[str]:
    """The addresses of a pattern. Raises KeyError for a parameter nobody has thought of."""
    found = [route]
    known = parameters(county)
    if route.endswith("/returned.xlsx"):
        known["uuid:import_id"] = (county["imports"]["checked"],)
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
