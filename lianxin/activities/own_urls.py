"""Addresses of activities for members, in the portal."""

from django.urls import URLPattern, path

from lianxin.activities.minutes_urls import OWN as MINUTES
from lianxin.activities.views import attendance, hall_kit, own, people

app_name = "own_activities"
urlpatterns: list[URLPattern] = [
    path("", own.index, name="index"),
    path("files/<uuid:file>/", people.file_open, name="file"),
    path("<uuid:activity>/", own.detail, name="detail"),
    path("<uuid:activity>/reply/", own.answer, name="reply"),
    path("<uuid:activity>/guidance/", own.guide, name="guide"),
    path("<uuid:activity>/sign-in/", own.sign_in_here, name="sign_in"),
    path("<uuid:activity>/sign-ins/", attendance.sign_ins, name="sign_ins"),
    path("<uuid:activity>/s/<str:code>/", own.scan, name="scan"),
    path("<uuid:activity>/hall-kit/", hall_kit.kit, name="hall_kit"),
    path("<uuid:activity>/hall-kit/list/", hall_kit.kit_list, name="hall_kit_list"),
    path("<uuid:activity>/hall-kit/acts/", hall_kit.kit_acts, name="hall_kit_acts"),
    *MINUTES,
]
