import pytest
from django.http import HttpRequest, HttpResponse

from lianxin.kernel.edge.addresses import ProxyMiddleware, client_address, counted_as, networks, parse_address

OURS = networks(["127.0.0.1", "::1", "10.0.0.0/8"])


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # a stranger's word about itself
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the left part was invented
        ("127.0.0.1", "1.2.3.4, 198.51.100.1, 10.1.2.3", "198.51.100.1"),  # two of our proxies
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),  # the request began at a proxy
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_behind_proxies(peer, told, client):
    assert client_address(peer, told, OURS) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_what_an_address_is_counted_as(address, counted):
    assert counted_as(address) == counted


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "[::1", "999.1.1.1", "\x00"])
def test_what_is_no_address(text):
    assert str(parse_address(text)) in {"None", "::1"}


def _passed(trusted: list[str], settings: object, **meta: str) -> dict[str, str]:
    settings.TRUSTED_PROXIES = trusted  # type: ignore[attr-defined]
    request = HttpRequest()
    request.META = dict(meta)
    ProxyMiddleware(lambda _request: HttpResponse())(request)
    return request.META


def test_hearsay_is_removed(settings):
    meta = _passed(
        ["127.0.0.1"],
        settings,
        REMOTE_ADDR="203.0.113.5",
        HTTP_X_FORWARDED_FOR="127.0.0.1",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_REAL_IP="127.0.0.1",
    )
    assert meta == {"REMOTE_ADDR": "203.0.113.5"}


def test_our_proxy_is_believed(settings):
    meta = _passed(
        ["127.0.0.1"],
        settings,
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR="198.51.100.1",
        HTTP_X_FORWARDED_PROTO="https",
    )
    assert meta == {"REMOTE_ADDR": "198.51.100.1", "HTTP_X_FORWARDED_PROTO": "https"}


def test_nobody_is_believed_where_none_is_configured(settings):
    meta = _passed([], settings, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert meta == {"REMOTE_ADDR": "127.0.0.1"}


def test_a_damaged_network_is_refused():
    with pytest.raises(ValueError, match="300"):
        networks(["300.0.0.0/8"])
