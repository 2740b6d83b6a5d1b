"""Addresses of a member's own record, mounted in the portal."""

from django.urls import URLPattern, path

from lianxin.members.views import own, own_data

app_name = "own"
urlpatterns: list[URLPattern] = [
    path("", own.record, name="record"),
    path("data/", own_data.data, name="data"),
    path("data/take/", own_data.take, name="take"),
    path("data/requests/ask/", own_data.ask_right, name="ask_right"),
    path("data/requests/<uuid:request_id>/end/", own_data.end_right, name="end_right"),
    path("data/consents/<slug:text>/", own_data.consent, name="consent"),
    path("corrections/ask/", own.ask, name="ask"),
    path("corrections/<uuid:correction>/withdraw/", own.withdraw, name="withdraw"),
]
