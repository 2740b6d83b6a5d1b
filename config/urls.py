"""Addresses: each channel mounts its modules."""

from django.urls import include, path
from django.views.i18n import set_language

from lianxin.kernel.web.screens import public

urlpatterns = [
    path("work/", include("lianxin.workbench.urls")),
    path("api/", include("lianxin.api.urls")),
    path("account/", include("lianxin.kernel.accounts.urls")),
    path("", include("lianxin.kernel.ui.urls")),
    path("language/", public("everybody reads in their own language")(set_language), name="set_language"),
    path("", include("lianxin.portal.urls")),
]
