"""Fetching: against a real server on this machine, which is a private network and so is refused unless it is named."""

import http.server
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from lianxin.kernel.edge import fetching
from lianxin.kernel.edge.addresses import networks
from lianxin.kernel.edge.fetching import NotFetched, Rules, fetch, is_public

LOCAL = networks(["127.0.0.1/32"])


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Server = self.server  # type: ignore[assignment]
        server.heard.append((self.path, dict(self.headers)))
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to?"))
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        if self.path == "/announced":
            self.send_header("Content-Length", "99999999")
        self.end_headers()
        if self.path == "/endless":
            self.endless(b"x" * 65536, 0)
        elif self.path == "/drip":
            self.endless(b"x", 0.05)
        else:
            self.wfile.write(b"good")

    do_POST = do_GET  # noqa: N815 - the name the library calls

    def endless(self, block: bytes, pause: float) -> None:
        try:
            for _ in range(2000):
                self.wfile.write(block)
                time.sleep(pause)
        except OSError:
            pass

    def log_message(self, *_args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    heard: list[tuple[str, dict[str, str]]]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), _Handler) as one:
        one.heard = []
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def at(server: Server, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
    return f"{scheme}://{host}:{server.server_port}{path}"


def rules(**changes: object) -> Rules:
    return Rules(**{"networks": LOCAL, "ports": None, "seconds": 5.0, **changes})  # type: ignore[arg-type]


def test_an_allowed_address_is_fetched(server):
    answer = fetch(at(server, "/a?b=1"), rules=rules())
    assert (answer.status, answer.body, answer.url) == (200, b"good", at(server, "/a?b=1"))
    path, headers = server.heard[0]
    assert path == "/a?b=1"
    assert headers["Host"] == f"127.0.0.1:{server.server_port}"


def test_a_name_is_resolved_and_kept_as_host(server):
    answer = fetch(at(server, host="localhost"), rules=rules(networks=networks(["127.0.0.0/8", "::1"])))
    assert answer.body == b"good"
    assert server.heard[0][1]["Host"].startswith("localhost:")


def test_this_machine_is_refused_and_not_even_connected_to(server):
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1"):  # noqa: S104
        with pytest.raises(NotFetched):
            fetch(at(server, host=host), rules=rules(networks=()))
    assert server.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "fc00::1",
        "fe80::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5", "64:ff9b::df05:505"])
def test_addresses_that_are(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:80/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "//192.168.0.1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:25/_x",
        "http://user:pass@127.0.0.1/",
    ],
)
def test_a_redirect_elsewhere_is_refused(server, target):
    with pytest.raises(NotFetched):
        fetch(at(server, f"/to?{target}"), rules=rules())
    assert len(server.heard) == 1


def test_a_redirect_within_what_is_allowed_is_followed(server):
    answer = fetch(at(server, f"/to?{at(server, '/there')}"), rules=rules())
    assert (answer.url, answer.body) == (at(server, "/there"), b"good")
    assert fetch(at(server, "/to?/there"), rules=rules()).url == at(server, "/there")


def test_redirects_end(server):
    with pytest.raises(NotFetched):
        fetch(at(server, "/to?/to?/to?/to?/there"), rules=rules())
    assert len(server.heard) == 4
    assert fetch(at(server, "/to?/there"), rules=rules(redirects=0)).status == 302
    assert fetch(at(server, "/to?/there"), method="POST", body=b"x", rules=rules()).status == 302


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "https://user@example.org/",
        "http://a b/",
        "http://example.org/\r\nX: y",
        "http://example.org:99999/",
        "http://example.org:22/",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address(url):
    with pytest.raises(NotFetched):
        fetch(url, rules=Rules(networks=(), seconds=2))


def test_a_name_with_one_private_address_is_refused(server, monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("223.5.5.5", "10.0.0.1")]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_args, **_options: answers)
    with pytest.raises(NotFetched, match="LIANXIN_FETCH_NETWORKS"):
        fetch("http://both.example/", rules=Rules(networks=()))


def test_a_name_that_changes_its_mind_is_asked_once(server, monkeypatch):
    """The first answer of the name server is the one looked at and the one connected to."""
    asked = []

    def answer(host: str, port: int, **_options: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port))]

    plain = socket.getaddrinfo
    monkeypatch.setattr(
        fetching.socket,
        "getaddrinfo",
        lambda host, port, *args, **more: (
            answer(host, port) if host == "changing.example" else plain(host, port, *args, **more)
        ),
    )
    assert fetch(at(server, host="changing.example"), rules=rules()).body == b"good"
    assert asked == ["changing.example"]


@pytest.mark.parametrize("path", ["/endless", "/announced"])
def test_too_much_is_refused(server, path):
    with pytest.raises(NotFetched, match="100"):
        fetch(at(server, path), rules=rules(largest=100_000))


def test_a_compressed_answer_is_refused(server):
    with pytest.raises(NotFetched):
        fetch(at(server, "/packed"), rules=rules())


def test_a_slow_answer_ends_at_the_deadline(server):
    begun = time.monotonic()
    with pytest.raises(NotFetched):
        fetch(at(server, "/drip"), rules=rules(seconds=0.5))
    assert time.monotonic() - begun < 2


def test_a_silent_server_ends_at_the_deadline():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(NotFetched):
            fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", rules=rules(seconds=0.4))
        assert time.monotonic() - begun < 2


def test_a_closed_port_is_said():
    with pytest.raises(NotFetched):
        fetch("http://127.0.0.1:1/", rules=rules())


def test_proxies_of_the_environment_are_not_asked(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(at(server), rules=rules()).body == b"good"


def test_a_certificate_is_checked(tmp_path: Path):
    key, certificate = tmp_path / "k", tmp_path / "c"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Server(("127.0.0.1", 0), _Handler) as one:
        one.heard = []
        one.socket = context.wrap_socket(one.socket, server_side=True)
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            with pytest.raises(NotFetched, match=r"certificate|证书"):
                fetch(at(one, scheme="https"), rules=rules())
            assert fetch(at(one, scheme="https"), rules=rules(verify=False)).body == b"good"
        finally:
            one.shutdown()
            thread.join()
