import pytest
from django.test import Client, RequestFactory

from lianxin.kernel.web.redirects import redirect_back, safe_target

ELSEWHERE = [
    "https://example.org/",
    "//example.org/",
    "///example.org/",
    "\\\\example.org",
    "/\\example.org",
    "http:example.org",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver@example.org/",
    "http://testserver.example.org/",
    " //example.org",
    "/\t/example.org",
    "\x00//example.org",
    "",
]


@pytest.mark.parametrize("given", ELSEWHERE)
def test_nobody_is_sent_elsewhere(given):
    assert safe_target(RequestFactory().get("/"), given, otherwise="/home/") == "/home/"


@pytest.mark.parametrize("given", ["/work/members/?q=1", "http://testserver/work/", "?page=2", "work/"])
def test_inside_is_well(given):
    assert safe_target(RequestFactory().get("/"), given) == given


def test_a_secure_request_is_not_sent_to_an_insecure_address():
    assert safe_target(RequestFactory().get("/", secure=True), "http://testserver/work/") == "/"


def test_back_from_a_form():
    request = RequestFactory().post("/", {"next": "//example.org"}, headers={"Referer": "http://testserver/work/"})
    assert redirect_back(request).url == "/"
    request = RequestFactory().post("/", {}, headers={"Referer": "http://testserver/work/"})
    assert redirect_back(request).url == "http://testserver/work/"
    assert redirect_back(RequestFactory().get("/", {"next": "/work/"})).url == "/work/"


@pytest.mark.parametrize("given", [one for one in ELSEWHERE if one and "\x00" not in one])
@pytest.mark.parametrize("path", ["/language/", "/ui/mode/", "/account/login/"])
def test_every_door_that_takes_a_target(db, path, given):
    answer = Client().post(path, {"next": given, "language": "en", "mode": "elder", "login": "x", "password": "y"})
    assert "example.org" not in answer.headers.get("Location", "")
    assert not answer.headers.get("Location", "").startswith(("javascript:", "data:"))
