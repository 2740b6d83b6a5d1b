"""Addresses of ledgers in the workbench, under /work/ledgers/."""

from django.urls import URLPattern

app_name = "ledgers"
urlpatterns: list[URLPattern] = []
