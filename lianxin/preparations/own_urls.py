"""Addresses of preparations for members, in the portal."""

from django.urls import URLPattern

app_name = "own_preparations"
urlpatterns: list[URLPattern] = []
