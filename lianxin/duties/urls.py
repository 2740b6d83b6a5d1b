"""Addresses of duties in the workbench, under /work/duties/."""

from django.urls import URLPattern

app_name = "duties"
urlpatterns: list[URLPattern] = []
