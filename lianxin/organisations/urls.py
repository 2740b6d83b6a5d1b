"""Addresses of organisations, mounted in the workbench."""

from django.urls import URLPattern, path

from lianxin.organisations.views import grants

app_name = "organisations"
urlpatterns: list[URLPattern] = [
    path("grants/", grants.grants, name="grants"),
    path("grants/give/", grants.give, name="grant_give"),
    path("grants/roles/", grants.role_matrix, name="roles"),
    path("grants/<uuid:grant>/", grants.grant_page, name="grant"),
    path("grants/<uuid:grant>/revoke/", grants.revoke, name="grant_revoke"),
]
