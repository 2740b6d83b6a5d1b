"""Addresses of duties for members, in the portal."""

from django.urls import path

from lianxin.duties.views import own

app_name = "own_duties"
urlpatterns = [
    path("", own.calendar, name="calendar"),
    path("address/", own.feed_open, name="feed_open"),
    path("address/end/", own.feed_revoke, name="feed_revoke"),
    path("calendar/<str:secret>.ics", own.feed, name="feed"),
]
