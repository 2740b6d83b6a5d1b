"""Addresses of activities in the workbench, under /work/activities/."""

from django.urls import URLPattern

from lianxin.activities.minutes_urls import DESK as MINUTES

app_name = "activities"
urlpatterns: list[URLPattern] = [*MINUTES]
