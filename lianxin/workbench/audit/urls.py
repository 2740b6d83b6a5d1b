"""Addresses of the audit screens."""

from django.urls import path

from lianxin.workbench.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.events, name="events"),
    path("state/", views.state, name="state"),
    path("<uuid:event>/", views.event, name="event"),
]
