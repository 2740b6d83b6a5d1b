"""Addresses of the interface itself; mounted at the root, because the service worker must stand there."""

from django.urls import path

from lianxin.kernel.ui import views

app_name = "ui"

urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
    path("ui/mode/", views.set_mode, name="mode"),
    path("ui/gallery/", views.gallery, name="gallery"),
    path("ui/gallery/sample.json", views.gallery_sample, name="gallery_sample"),
    path("ui/gallery/<slug:shell>/", views.gallery_shell, name="gallery_shell"),
]
