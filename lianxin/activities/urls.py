"""Addresses of activities in the workbench, under /work/activities/."""

from django.urls import URLPattern

app_name = "activities"
urlpatterns: list[URLPattern] = []
