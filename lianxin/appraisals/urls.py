"""Addresses of appraisals in the workbench, under /work/appraisals/."""

from django.urls import path

from lianxin.appraisals.views import desk, grading, rounds

app_name = "appraisals"
urlpatterns = [
    path("", rounds.index, name="rounds"),
    path("new/", rounds.new, name="new"),
    path("not-started/", rounds.missing, name="not_started"),
    path("objections/<uuid:outcome>/", grading.answer, name="answer"),
    path("members/<uuid:participant>/", desk.member, name="member"),
    path("members/<uuid:participant>/elsewhere/", desk.elsewhere, name="elsewhere"),
    path("<uuid:round_id>/", rounds.detail, name="round"),
    path("<uuid:round_id>/count/", desk.count, name="count"),
    path("<uuid:round_id>/paper/", desk.paper, name="paper"),
    path("<uuid:round_id>/grades/", grading.grades, name="grades"),
    path("<uuid:round_id>/finish/", grading.finish, name="finish"),
    path("<uuid:round_id>/withdraw/", rounds.withdraw, name="withdraw"),
]
