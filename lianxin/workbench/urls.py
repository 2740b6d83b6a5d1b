"""Addresses of the workbench: its home, the search, and the modules it mounts."""

from django.urls import include, path

from lianxin.workbench import keeping, views

own = (
    [
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("retention/", keeping.retention, name="retention"),
    ],
    "workbench",
)
urlpatterns = [
    path("", include(own)),
    path("organisations/", include("lianxin.organisations.urls")),
    path("members/", include("lianxin.members.urls")),
    path("files/", include("lianxin.files.urls")),
    path("disclosure/", include("lianxin.disclosure.urls")),
    path("rules/", include("lianxin.rules.urls")),
    path("audit/", include("lianxin.workbench.audit.urls")),
    path("keys/", include("lianxin.kernel.privacy.urls")),
]
