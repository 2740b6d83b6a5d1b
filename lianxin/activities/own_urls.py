"""Addresses of activities for members, in the portal."""

from django.urls import URLPattern

from lianxin.activities.minutes_urls import OWN as MINUTES

app_name = "own_activities"
urlpatterns: list[URLPattern] = [*MINUTES]
