"""Fetching an address that a person gave, without becoming their hand inside our own network.

1. Only http and https, no names and passwords in the address, only the ports that are allowed.
2. The host is resolved here, once, and every address it has must be one of the public internet (or of a network the
   operator named). The connection goes to the address that was looked at; the name server is not asked a second time.
   TLS still checks the certificate against the host's name.
3. A redirect is a new address and goes through all of this again.
4. One deadline for everything, a bound on the size, no compressed answers, no proxies and no credentials from the
   environment, no cookies.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from lianxin.kernel.edge.addresses import Address, Network, is_in, networks, parse_address
from lianxin.kernel.errors import InvalidInput

MEGABYTE = 1 << 20
EVERYWHERE = networks(["0.0.0.0/0", "::/0"])
_PORTS = {"http": 80, "https": 443}
_MOVED = {301, 302, 303, 307, 308}
_TRANSLATED = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a fetch may do.

    Attributes:
        networks: networks of one's own that may be reached beside the public internet (settings.FETCH_NETWORKS).
        ports: allowed besides 80 for http and 443 for https; None allows every port.
        seconds: for everything together.
        largest: bytes of the answer's body.
        redirects: how many are followed.
        verify: whether certificates are checked; only looking at one's own installation goes without.
    """

    networks: tuple[Network, ...] = field(default_factory=lambda: networks(settings.FETCH_NETWORKS))
    ports: frozenset[int] | None = frozenset({8000, 8080, 8443})
    seconds: float = 10.0
    largest: int = 5 * MEGABYTE
    redirects: int = 3
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: where it came from in the end, its status, its headers (names in lower case) and its body."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; empty where there is none."""
        return next((value for key, value in self.headers if key == name.lower()), "")


class NotFetched(InvalidInput):
    """The address may not be fetched, or did not give what was asked for; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"url": sentence})


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            inner.append(IPv4Address(address.packed[-4:]))
        wrapped = [one for one in inner if one is not None]
        if wrapped:
            return all(is_public(one) for one in wrapped)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    rules: Rules | None = None,
) -> Fetched:
    """Ask for an address; redirects are followed for GET and HEAD only.

    Raises:
        NotFetched: it may not be asked for, does not answer in time, or answers too much.
    """
    rules = rules or Rules()
    deadline = time.monotonic() + rules.seconds
    for _hop in range(rules.redirects + 1):
        _check_address(url, rules)
        answer = _ask(url, _Request(method, tuple(headers), body), rules, deadline)
        target = answer.header("location")
        if answer.status not in _MOVED or not target or method not in {"GET", "HEAD"} or not rules.redirects:
            return answer
        try:
            further = urljoin(url, target)
        except ValueError as error:
            raise NotFetched(_("The address leads to one that is none.")) from error
        if urlsplit(further).netloc != urlsplit(url).netloc:
            headers = ()  # what the caller told this host is not for another
        url = further
    raise NotFetched(_("The address leads from one place to the next too often."))


def _check_address(url: str, rules: Rules) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotFetched(_("This is no web address. It begins with https:// and names a host.")) from error
    if parts.scheme not in _PORTS or not parts.hostname or any(ord(one) <= ord(" ") for one in url):
        raise NotFetched(_("This is no web address. It begins with https:// and names a host."))
    if parts.username is not None or parts.password is not None:
        raise NotFetched(_("The address contains a user name or password. Leave them out."))
    if rules.ports is not None and port not in {None, _PORTS[parts.scheme], *rules.ports}:
        raise NotFetched(_("The port %(port)s is not allowed in an address.") % {"port": port})


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _ask(url: str, request: _Request, rules: Rules, deadline: float) -> Fetched:
    context = ssl.create_default_context()
    if not rules.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    sent = [
        ("Host", urlsplit(url).netloc),
        ("User-Agent", "Lianxin"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
        *request.headers,
    ]
    if request.body:
        sent.append(("Content-Length", str(len(request.body))))
    guarded = _Guarded(rules, deadline)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=context, network_backend=guarded, retries=0) as pool,
            pool.stream(request.method, url, headers=sent, content=request.body or None) as answer,
        ):
            return _read(url, answer, rules)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise NotFetched(_("The address did not answer in time.")) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:
        if isinstance(error.__context__, ssl.SSLCertVerificationError):
            raise NotFetched(_("The certificate of the address is not valid.")) from error
        raise NotFetched(_("The address cannot be reached or does not speak HTTP.")) from error


def _read(url: str, answer: httpcore.Response, rules: Rules) -> Fetched:
    found = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.headers)
    told = dict(found)
    if told.get("content-encoding", "identity") not in {"identity", ""}:
        raise NotFetched(_("The address answers compressed although it was asked not to."))
    if told.get("content-length", "").isdecimal() and int(told["content-length"]) > rules.largest:
        raise NotFetched(_too_much(rules))
    body = bytearray()
    for block in answer.iter_stream():
        body += block
        if len(body) > rules.largest:
            raise NotFetched(_too_much(rules))
    return Fetched(url, answer.status, found, bytes(body))


def _too_much(rules: Rules) -> str:
    return _("The address answers with more than %(most)d kB.") % {"most": rules.largest // 1000}


class _Guarded(httpcore.NetworkBackend):
    """Connects to addresses it has looked at itself, and lets nothing last longer than the deadline."""

    def __init__(self, rules: Rules, deadline: float) -> None:
        self.rules = rules
        self.deadline = deadline
        self.plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is the deadline
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, look at every address, connect to the first that answers."""
        found = resolved(host, port)
        for one in found:
            if not is_public(one) and not is_in(one, self.rules.networks):
                raise NotFetched(
                    _(
                        "The address leads into a private network, which is not allowed. If it is meant, "
                        "the operator names the network in LIANXIN_FETCH_NETWORKS."
                    )
                )
        last: Exception | None = None
        for one in found:
            try:
                stream = self.plain.connect_tcp(str(one), port, left(self.deadline), local_address, socket_options)
            except httpcore.ConnectError as error:
                last = error
            else:
                return _Timed(stream, self.deadline)
        raise last or httpcore.ConnectError(f"{host} has no address.")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        """Never."""
        raise NotFetched(path)


class _Timed(httpcore.NetworkStream):
    """A connection of which every step ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours is the deadline
        """Read within what is left."""
        return self.stream.read(max_bytes, left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the same
        """Write within what is left."""
        self.stream.write(buffer, left(self.deadline))

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        """Greet within what is left."""
        return _Timed(self.stream.start_tls(ssl_context, server_hostname, left(self.deadline)), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the connection."""
        return self.stream.get_extra_info(info)


def left(deadline: float) -> float:
    """Seconds until the deadline.

    Raises:
        httpcore.ReadTimeout: it has passed.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("The time for this fetch is over.")
    return seconds


def resolved(host: str, port: int) -> Sequence[Address]:
    """Every address of a host, each once.

    Raises:
        httpcore.ConnectError: it has none.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved.") from error
    found = [parse_address(str(one[4][0])) for one in answers]
    return list(dict.fromkeys(one for one in found if one is not None))
