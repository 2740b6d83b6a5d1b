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
    path("duties/", include("lianxin.duties.urls")),
    path("messages/", include("lianxin.messaging.urls")),
    path("activities/", include("lianxin.activities.urls")),
    path("appraisals/", include("lianxin.appraisals.urls")),
    path("preparations/", include("lianxin.preparations.urls")),
    path("ceremonies/", include("lianxin.ceremonies.urls")),
    path("ledgers/", include("lianxin.ledgers.urls")),
    path("rules/", include("lianxin.rules.urls")),
    path("audit/", include("lianxin.workbench.audit.urls")),
    path("keys/", include("lianxin.kernel.privacy.urls")),
]
