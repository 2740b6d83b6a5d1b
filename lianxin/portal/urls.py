"""Addresses of the portal."""

from django.urls import include, path

from lianxin.portal import processing, views

own = (
    [
        path("", views.home, name="home"),
    ],
    "portal",
)
urlpatterns = [
    path("privacy/", processing.register, name="processing"),
    path("privacy/register.json", processing.as_json, name="processing_json"),
    path("privacy/register.csv", processing.as_csv, name="processing_csv"),
    path("", include(own)),
    path("me/", include("lianxin.members.own_urls")),
    path("duties/", include("lianxin.duties.own_urls")),
    path("messages/", include("lianxin.messaging.own_urls")),
    path("activities/", include("lianxin.activities.own_urls")),
    path("appraisals/", include("lianxin.appraisals.own_urls")),
    path("preparations/", include("lianxin.preparations.own_urls")),
    path("claim/", include("lianxin.members.claim_urls")),
]
