import pytest
from django.test import RequestFactory

from lianxin.kernel.ui import views


@pytest.mark.parametrize(
    ("back", "goes_to"),
    [("/members/?q=a", "/members/?q=a"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("", "/")],
)
def test_large_print_is_remembered_and_never_leads_away(back, goes_to):
    response = views.set_mode(RequestFactory().post("/ui/mode/", {"mode": "elder", "next": back}))
    assert response.status_code == 302
    assert response["Location"] == goes_to
    assert response.cookies["lx_mode"].value == "elder"


def test_an_unknown_mode_is_the_standard_one():
    response = views.set_mode(RequestFactory().post("/ui/mode/", {"mode": "wild"}))
    assert response.cookies["lx_mode"].value == "standard"


def test_the_mode_is_changed_by_post_only():
    assert views.set_mode(RequestFactory().get("/ui/mode/")).status_code == 405


@pytest.mark.parametrize(
    "view", [views.gallery, views.gallery_shell, views.offline, views.service_worker, views.set_mode]
)
def test_every_door_says_why_it_is_public(view):
    assert view.public
