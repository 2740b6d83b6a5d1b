"""Addresses of ceremonies in the workbench, under /work/ceremonies/."""

from django.urls import URLPattern

app_name = "ceremonies"
urlpatterns: list[URLPattern] = []
