"""Addresses of appraisals for members, in the portal."""

from django.urls import URLPattern

app_name = "own_appraisals"
urlpatterns: list[URLPattern] = []
