"""Addresses of minutes, votes, resolutions and their documents: the same screens at the desk and in the portal."""

from django.urls import URLPattern, path

from lianxin.activities.views import document, minutes, minutes_closing, minutes_hall, resolution, vote

DESK: list[URLPattern] = [
    path("<uuid:activity>/minutes/", minutes.page, name="minutes"),
    path("<uuid:activity>/minutes/begin/", minutes.begin, name="minutes_begin"),
    path("<uuid:activity>/minutes/items/", minutes.add, name="minutes_add"),
    path("<uuid:activity>/minutes/facts/", minutes_closing.facts, name="minutes_facts"),
    path("<uuid:activity>/minutes/confirm/", minutes_closing.confirm, name="minutes_confirm"),
    path("<uuid:activity>/minutes/correction/", minutes_closing.correct, name="minutes_correct"),
    path("<uuid:activity>/minutes/make-up/", minutes_closing.make_up, name="minutes_make_up"),
    path("<uuid:activity>/minutes.pdf", document.pdf, name="minutes_pdf"),
    path("<uuid:activity>/minutes.docx", document.word, name="minutes_word"),
    path("<uuid:activity>/hall/", minutes_hall.hall, name="minutes_hall"),
    path("minutes/items/<uuid:item>/", minutes.item, name="minutes_item"),
    path("minutes/items/<uuid:item>/remove/", minutes.item_remove, name="minutes_item_remove"),
    path("minutes/items/<uuid:item>/vote/", vote.enter, name="minutes_vote"),
    path("minutes/votes/<uuid:vote>/remove/", vote.remove, name="minutes_vote_remove"),
    path("minutes/items/<uuid:item>/resolution/", resolution.add, name="minutes_resolution"),
    path("minutes/resolutions/<uuid:resolution>/remove/", resolution.remove, name="minutes_resolution_remove"),
    path("resolutions/", resolution.index, name="resolutions"),
    path("resolutions/<uuid:resolution>/", resolution.settle, name="minutes_settle"),
]
OWN: list[URLPattern] = [
    path("<uuid:activity>/minutes/", minutes.own_page, name="minutes"),
    path("<uuid:activity>/minutes/begin/", minutes.own_begin, name="minutes_begin"),
    path("<uuid:activity>/minutes/items/", minutes.own_add, name="minutes_add"),
    path("<uuid:activity>/minutes/facts/", minutes_closing.own_facts, name="minutes_facts"),
    path("<uuid:activity>/minutes/confirm/", minutes_closing.own_confirm, name="minutes_confirm"),
    path("<uuid:activity>/minutes/correction/", minutes_closing.own_correct, name="minutes_correct"),
    path("<uuid:activity>/minutes/make-up/", minutes_closing.own_make_up, name="minutes_make_up"),
    path("<uuid:activity>/minutes.pdf", document.own_pdf, name="minutes_pdf"),
    path("<uuid:activity>/minutes.docx", document.own_word, name="minutes_word"),
    path("<uuid:activity>/hall/", minutes_hall.own_hall, name="minutes_hall"),
    path("minutes/items/<uuid:item>/", minutes.own_item, name="minutes_item"),
    path("minutes/items/<uuid:item>/remove/", minutes.own_item_remove, name="minutes_item_remove"),
    path("minutes/items/<uuid:item>/vote/", vote.own_enter, name="minutes_vote"),
    path("minutes/votes/<uuid:vote>/remove/", vote.own_remove, name="minutes_vote_remove"),
    path("minutes/items/<uuid:item>/resolution/", resolution.own_add, name="minutes_resolution"),
    path("minutes/resolutions/<uuid:resolution>/remove/", resolution.own_remove, name="minutes_resolution_remove"),
    path("resolutions/<uuid:resolution>/", resolution.own_settle, name="minutes_settle"),
    path("check/<str:code>/", document.check, name="check"),
]
