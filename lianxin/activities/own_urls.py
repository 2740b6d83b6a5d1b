"""Addresses of activities for members, in the portal."""

from django.urls import URLPattern

app_name = "own_activities"
urlpatterns: list[URLPattern] = []
