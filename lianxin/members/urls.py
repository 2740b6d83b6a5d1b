"""Addresses of members, mounted in the workbench."""

from django.urls import URLPattern, path

from lianxin.members.views import acts, claims, corrections, posts, record, rights, roster

app_name = "members"
urlpatterns: list[URLPattern] = [
    path("", roster.roster, name="roster"),
    path("suggest/", roster.suggest, name="suggest"),
    path("organisations/", roster.organisations, name="organisations"),
    path("bulk/", roster.bulk, name="bulk"),
    path("duplicates/", roster.duplicates, name="duplicates"),
    path("add/", acts.add, name="add"),
    path("codes/", claims.codes, name="codes"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<uuid:correction>/", corrections.decide, name="decide"),
    path("requests/", rights.requests, name="requests"),
    path("requests/<uuid:request_id>/", rights.decide, name="decide_right"),
    path("posts/appoint/", posts.appoint, name="appoint"),
    path("posts/<uuid:post>/relieve/", posts.relieve, name="relieve"),
    path("<uuid:member>/", record.detail, name="detail"),
    path("<uuid:member>/history/", record.history, name="history"),
    path("<uuid:member>/reveal/<slug:field>/", record.reveal, name="reveal"),
    path("<uuid:member>/override/<slug:field>/", rights.override, name="override"),
    path("<uuid:member>/consents/<slug:text>/", rights.consent, name="consent"),
    path("<uuid:member>/correct/", acts.correct, name="correct"),
    path("<uuid:member>/update/", acts.update, name="update"),
    path("<uuid:member>/move/", acts.move, name="move"),
    path("<uuid:member>/status/<slug:act>/", acts.change_status, name="status"),
]
