"""Addresses of checks, under /work/disclosure/."""

from django.urls import path

from lianxin.disclosure.views import checks, overrides

app_name = "disclosure"
urlpatterns = [
    path("", checks.index, name="checks"),
    path("new/", checks.new, name="new"),
    path("new/file/", checks.new_file, name="new_file"),
    path("overrides/", overrides.index, name="overrides"),
    path("overrides/<uuid:override>/", overrides.decide, name="decide"),
    path("overrides/<uuid:override>/withdraw/", overrides.withdraw, name="withdraw"),
    path("<uuid:check>/", checks.detail, name="check"),
    path("<uuid:check>/progress/", checks.progress, name="progress"),
    path("<uuid:check>/masked/", checks.masked, name="masked"),
    path("<uuid:check>/original/", checks.original, name="original"),
    path("<uuid:check>/override/", overrides.ask, name="ask"),
]
