"""Addresses of preparations in the workbench, under /work/preparations/."""

from django.urls import path

from lianxin.preparations.views import acts, meetings, putting_right, talks

app_name = "preparations"
urlpatterns = [
    path("", meetings.index, name="preparations"),
    path("new/", meetings.new, name="new"),
    path("talks/", talks.index, name="talks"),
    path("talks/plan/", talks.plan, name="plan_talks"),
    path("talks/<uuid:talk_year>/", talks.detail, name="talk_year"),
    path("talks/<uuid:talk_year>/record/", talks.record_many, name="record_talks"),
    path("talks/<uuid:talk_year>/close/", talks.close, name="close_talks"),
    path("talks/<uuid:talk_year>/reopen/", talks.reopen, name="reopen_talks"),
    path("talks/pairs/<uuid:talk>/", talks.record, name="record_talk"),
    path("talks/pairs/<uuid:talk>/remove/", talks.remove, name="remove_talk"),
    path("rectifications/", putting_right.index, name="rectifications"),
    path("rectifications/<uuid:rectification>/", putting_right.detail, name="rectification"),
    path("examinations/<uuid:examination>/", acts.read, name="read_examination"),
    path("<uuid:preparation>/", meetings.detail, name="preparation"),
    path("<uuid:preparation>/close/", meetings.close, name="close"),
    path("<uuid:preparation>/<slug:what>/add/", acts.add, name="add"),
]
