"""Addresses of messaging in the workbench, under /work/messages/: one's own messages, and notices."""

from django.urls import path

from lianxin.messaging.views import notices
from lianxin.messaging.views.paths import OWN_PATHS

app_name = "messaging"
urlpatterns = [
    *OWN_PATHS,
    path("notices/", notices.index, name="notices"),
    path("notices/new/", notices.new, name="new_notice"),
    path("notices/burden/", notices.burden, name="burden"),
    path("notices/<uuid:notice>/", notices.notice, name="notice"),
    path("notices/<uuid:notice>/change/", notices.change, name="change_notice"),
    path("notices/<uuid:notice>/review/", notices.review, name="review"),
    path("notices/<uuid:notice>/discard/", notices.discard, name="discard"),
    path("notices/<uuid:notice>/withdraw/", notices.take_back, name="withdraw_notice"),
    path("notices/<uuid:notice>/replace/", notices.put_right, name="replace_notice"),
    path("<uuid:message>/sent/", notices.sent, name="sent"),
    path("<uuid:message>/unconfirmed/<uuid:branch>/", notices.unconfirmed, name="unconfirmed"),
]
