"""What a browser is told: asked over HTTP at the installation's own address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cli.evidence import Check, bad, good, remark
from lianxin.cli.security.controls import Control
from lianxin.kernel.edge.fetching import EVERYWHERE, Fetched, NotFetched, Rules, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.cli.findings import State

    Seen = Iterator[tuple[State, str, str]]

_OWN = Rules(networks=EVERYWHERE, ports=None, seconds=10, redirects=0)
_UNCHECKED = Rules(networks=EVERYWHERE, ports=None, seconds=10, redirects=0, verify=False)
_HALF_A_YEAR = 15_552_000
_WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=()",
}
_REVEALING = ("traceback", "django.core", "settings.py", "urlconf", "postgresql", "psycopg")


class Served:
    """The installation at an address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def get(self, path: str, rules: Rules = _OWN, method: str = "GET") -> Fetched:
        """The answer to one request."""
        headers = [] if self.secure or not settings.PRODUCTION else [("X-Forwarded-Proto", "https")]
        return fetch(self.url + path, method=method, headers=headers, rules=rules)

    @property
    def secure(self) -> bool:
        """Whether it is asked by https."""
        return urlsplit(self.url).scheme == "https"

    def checks(self) -> tuple[Check, ...]:
        """What is looked at."""
        return (
            Check("tls", Control.confidentiality, gettext_lazy("Transport"), self.transport),
            Check("headers", Control.intrusion, gettext_lazy("Headers"), self.headers),
            Check("cookies", Control.identity, gettext_lazy("Cookies"), self.cookies),
            Check("errors", Control.intrusion, gettext_lazy("Error pages"), self.errors),
            Check("anonymous", Control.access, gettext_lazy("Strangers"), self.strangers),
        )

    def transport(self) -> Seen:
        """TLS with a valid certificate, and HSTS."""
        if not self.secure:
            sentence = _("%(address)s is asked without TLS.") % {"address": self.url}
            remedy = _("Put a web server with HTTPS in front and name its address: --address https://…")
            yield bad(sentence, remedy) if settings.PRODUCTION else remark(sentence, remedy)
        else:
            try:
                self.get("/account/login/")
                yield good(_("%(address)s has a valid certificate.") % {"address": self.url})
            except NotFetched as refusal:
                yield bad(str(refusal), _("Install a certificate for this name that browsers trust."))
        told = self.get("/account/login/", _UNCHECKED).header("strict-transport-security")
        age = next((part.partition("=")[2] for part in told.split(";") if part.strip().startswith("max-age")), "")
        if age.strip().isdecimal() and int(age) >= _HALF_A_YEAR:
            yield good(_("browsers are told to use HTTPS only (HSTS, %(days)d days).") % {"days": int(age) // 86400})
        else:
            sentence, remedy = _("browsers are not told to use HTTPS only (HSTS)."), _("Set LIANXIN_PRODUCTION=1.")
            yield bad(sentence, remedy) if settings.PRODUCTION else remark(sentence, remedy)

    def headers(self) -> Seen:
        """The headers that bind browsers, and no word about versions."""
        answer = self.get("/account/login/", _UNCHECKED)
        missing = [name for name, value in _WANTED.items() if value not in answer.header(name)]
        policy = answer.header("content-security-policy")
        if not policy or "unsafe" in policy or "default-src 'none'" not in policy:
            missing.append("content-security-policy")
        if missing:
            remedy = _("Let the web server in front pass on the headers of Lianxin unchanged.")
            yield bad(_("missing or weakened: %(names)s.") % {"names": ", ".join(missing)}, remedy)
        else:
            yield good(
                _("the content security policy forbids inline scripts; all %(number)d headers are there.")
                % {"number": len(_WANTED) + 1}
            )
        told = [answer.header(name) for name in ("server", "x-powered-by", "via") if answer.header(name)]
        if any(one.isdecimal() for text in told for one in text):
            yield bad(
                _("the answer names a version: %(what)s.") % {"what": "; ".join(told)},
                _("Switch it off in the web server in front (nginx: server_tokens off)."),
            )
        else:
            yield good(_("no version of any server is told."))

    def cookies(self) -> Seen:
        """Cookies that scripts and other sites do not get."""
        answer = self.get("/account/login/", _UNCHECKED)
        given = [value for name, value in answer.headers if name == "set-cookie"]
        loose = []
        for one in given:
            parts = {part.strip().lower() for part in one.split(";")[1:]}
            if not parts & {"samesite=lax", "samesite=strict"} or (settings.PRODUCTION and "secure" not in parts):
                loose.append(one.partition("=")[0])
        if loose or not settings.SESSION_COOKIE_HTTPONLY:
            yield bad(
                _("cookies are given without protection: %(names)s.") % {"names": ", ".join(loose) or "lx_session"},
                _("Set LIANXIN_PRODUCTION=1 and let the web server in front leave cookies as they are."),
            )
        elif settings.PRODUCTION and not settings.SESSION_COOKIE_SECURE:
            yield bad(_("the session cookie may travel in clear."), _("Set LIANXIN_PRODUCTION=1."))
        else:
            yield good(_("cookies carry SameSite; the session cookie is closed to scripts."))

    def errors(self) -> Seen:
        """Pages of errors that say nothing about the inside."""
        if settings.DEBUG:
            yield bad(_("error pages show program text and data."), _("Unset LIANXIN_DEBUG."))
            return
        for path in ("/no-such-page-of-the-doctor/", "/api/v1/no-such-record", "/%00", "/static/../config/settings.py"):
            answer = self.get(path, _UNCHECKED)
            text = answer.body.decode(errors="replace").lower()
            found = next((one for one in _REVEALING if one in text), "")
            if found or answer.status == 200:  # noqa: PLR2004 - such a page is not there
                yield bad(
                    _("the error page of %(path)s tells about the inside (%(what)s).") % {"path": path, "what": found},
                    _("Unset LIANXIN_DEBUG and look at the web server in front."),
                )
                return
        yield good(_("error pages tell nothing about the inside."))

    def strangers(self) -> Seen:
        """Pages and records ask who is there."""
        open_doors = [
            path
            for path in ("/work/", "/work/members/", "/work/organisations/", "/work/audit/", "/api/v1/members", "/me/")
            if self.get(path, _UNCHECKED).status == 200  # noqa: PLR2004 - shown to a stranger
        ]
        if open_doors:
            names = ", ".join(open_doors)
            yield bad(
                _("strangers are shown %(names)s.") % {"names": names}, _("Take the installation off the network.")
            )
        else:
            yield good(_("strangers are sent to sign in, programs without a token are refused."))
