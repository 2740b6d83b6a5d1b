"""Addresses of duties in the workbench, under /work/duties/."""

from django.urls import path

from lianxin.duties.views import organisation, picture

app_name = "duties"
urlpatterns = [
    path("", picture.index, name="picture"),
    path("list/", picture.listed, name="list"),
    path("<uuid:organisation>/", organisation.duties, name="organisation"),
    path("<uuid:organisation>/sheet/", picture.sheet, name="picture_sheet"),
    path("<uuid:organisation>/calendar/", organisation.calendar, name="calendar"),
    path("<uuid:organisation>/calendar/address/", organisation.feed_open, name="feed_open"),
    path("<uuid:organisation>/calendar/address/end/", organisation.feed_revoke, name="feed_revoke"),
]
