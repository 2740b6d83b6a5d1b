"""Addresses for the tests of this module's pages."""

from django.urls import include, path

urlpatterns = [path("rules/", include("lianxin.rules.urls"))]
