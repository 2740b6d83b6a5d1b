"""Addresses of the REST service, of its description, and of the tokens with which programs use it. Mounted at /api/."""

from django.urls import include, path

from lianxin.api import views
from lianxin.api.service import api

tokens = (
    [
        path("", views.token_list, name="list"),
        path("new/", views.new_token, name="new"),
        path("<uuid:token>/", views.token_page, name="token"),
        path("<uuid:token>/revoke/", views.revoke, name="revoke"),
    ],
    "tokens",
)
urlpatterns = [
    path("", views.docs, name="api-docs"),
    path("v1/", api.urls),
    path("tokens/", include(tokens)),
]
