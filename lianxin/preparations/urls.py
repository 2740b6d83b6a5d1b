"""Addresses of preparations in the workbench, under /work/preparations/."""

from django.urls import URLPattern

app_name = "preparations"
urlpatterns: list[URLPattern] = []
