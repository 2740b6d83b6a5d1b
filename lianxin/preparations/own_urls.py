"""Addresses of preparations for members, in the portal."""

from django.urls import path

from lianxin.preparations.views import own

app_name = "own_preparations"
urlpatterns = [
    path("", own.index, name="index"),
    path("talks/<uuid:talk>/", own.talk, name="talk"),
    path("examinations/<uuid:examination>/", own.examination, name="examination"),
    path("examinations/<uuid:examination>/readers/", own.readers, name="readers"),
    path("examinations/<uuid:examination>/read/", own.read, name="read"),
    path("rectifications/<uuid:rectification>/", own.rectification, name="rectification"),
    path("meetings/<uuid:preparation>/opinion/", own.opinion, name="opinion"),
]
