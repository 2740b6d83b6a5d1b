"""Addresses of messaging for members, in the portal."""

from django.urls import URLPattern

app_name = "own_messaging"
urlpatterns: list[URLPattern] = []
