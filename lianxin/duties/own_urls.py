"""Addresses of duties for members, in the portal."""

from django.urls import URLPattern

app_name = "own_duties"
urlpatterns: list[URLPattern] = []
