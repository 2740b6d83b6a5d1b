"""Addresses of a member's own record, mounted in the portal."""

from django.urls import URLPattern, path

from lianxin.members.views import own

app_name = "own"
urlpatterns: list[URLPattern] = [
    path("", own.record, name="record"),
    path("data/", own.data, name="data"),
    path("corrections/ask/", own.ask, name="ask"),
    path("corrections/<uuid:correction>/withdraw/", own.withdraw, name="withdraw"),
]
