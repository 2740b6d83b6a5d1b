"""Addresses of messaging in the workbench, under /work/messaging/."""

from django.urls import URLPattern

app_name = "messaging"
urlpatterns: list[URLPattern] = []
