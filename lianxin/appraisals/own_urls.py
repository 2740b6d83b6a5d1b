"""Addresses of appraisals for members, in the portal."""

from django.urls import path

from lianxin.appraisals.views import own

app_name = "own_appraisals"
urlpatterns = [
    path("", own.index, name="index"),
    path("<uuid:round_id>/review/", own.review, name="review"),
    path("<uuid:round_id>/sheets/<slug:step>/", own.sheet, name="sheet"),
    path("<uuid:round_id>/confirm/", own.confirm, name="confirm"),
    path("<uuid:round_id>/object/", own.object_to, name="object"),
]
