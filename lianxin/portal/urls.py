"""Addresses of the portal."""

from django.urls import include, path

from lianxin.portal import views

own = (
    [
        path("", views.home, name="home"),
    ],
    "portal",
)
urlpatterns = [
    path("", include(own)),
    path("me/", include("lianxin.members.own_urls")),
    path("claim/", include("lianxin.members.claim_urls")),
]
