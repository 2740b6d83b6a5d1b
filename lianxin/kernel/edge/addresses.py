"""Who is asking: the network address of a request, believed from a proxy only where that proxy is configured."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TELLING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)
"""Headers by which a proxy tells of the request it passes on; from anybody else they are hearsay."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that a subscriber does not choose. source: RFC 6177, RFC 7721."""


def parse_address(text: str) -> Address | None:
    """The address in a text, without port and zone, and not mapped into IPv6; None for anything else."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks named in a setting.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_in(address: Address, among: Sequence[Network]) -> bool:
    """Whether the address lies in one of the networks."""
    return any(address.version == one.version and address in one for one in among)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of the client.

    Read from the right: each trusted proxy added whom it heard. The first address that is no trusted proxy is the
    client; everything left of it was written by the client itself and may be invented.

    Args:
        peer: who is connected to us.
        forwarded_for: the header X-Forwarded-For, all of them joined by commas.
        trusted: the networks of our own proxies.
    """
    nearest = parse_address(peer)
    if nearest is None:
        return peer
    for text in reversed(forwarded_for.split(",") if forwarded_for else []):
        if not is_in(nearest, trusted):
            break
        heard = parse_address(text)
        if heard is None:
            break
        nearest = heard
    return str(nearest)


def counted_as(address: str) -> str:
    """What an address is counted as: itself, or for IPv6 its network of 64 bits."""
    found = parse_address(address)
    if found is None:
        return address
    return str(found) if found.version == 4 else str(ip_network((found, HOUSEHOLD), strict=False))  # noqa: PLR2004


class ProxyMiddleware:
    """Stands first: afterwards REMOTE_ADDR is the client for everybody, and hearsay about proxies is gone."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer
        self.trusted = networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        peer = parse_address(request.META.get("REMOTE_ADDR", ""))
        if peer is None or not is_in(peer, self.trusted):
            for name in TELLING:
                request.META.pop(name, None)
        elif told:
            request.META["REMOTE_ADDR"] = client_address(str(peer), told, self.trusted)
            request.META.pop("HTTP_X_FORWARDED_FOR")
        return self.answer(request)
