"""Addresses of the keys' page, mounted by the workbench."""

from django.urls import path

from lianxin.kernel.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.keys, name="keys"),
    path("progress/", views.progress, name="progress"),
]
