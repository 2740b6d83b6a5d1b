"""Addresses of appraisals in the workbench, under /work/appraisals/."""

from django.urls import URLPattern

app_name = "appraisals"
urlpatterns: list[URLPattern] = []
