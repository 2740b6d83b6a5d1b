"""Addresses of activities in the workbench, under /work/activities/."""

from django.urls import URLPattern, path

from lianxin.activities.minutes_urls import DESK as MINUTES
from lianxin.activities.views import activities, alliances, attendance, circle, people, planning, rooms

app_name = "activities"
urlpatterns: list[URLPattern] = [
    path("", activities.index, name="index"),
    path("new/", planning.new, name="new"),
    path("new/held/", planning.new_held, name="new_held"),
    path("rooms/", rooms.index, name="rooms"),
    path("rooms/new/", rooms.keep, name="room_new"),
    path("rooms/<uuid:room>/", rooms.detail, name="room"),
    path("rooms/<uuid:room>/change/", rooms.keep, name="room_change"),
    path("rooms/<uuid:room>/close/", rooms.close, name="room_close"),
    path("rooms/<uuid:room>/book/", rooms.book, name="room_book"),
    path("bookings/<uuid:booking>/release/", rooms.release, name="release"),
    path("people/", circle.people, name="people"),
    path("people/groups/new/", circle.group, name="group_new"),
    path("people/groups/<uuid:group>/", circle.group, name="group"),
    path("people/excuses/new/", circle.excuse_new, name="excuse_new"),
    path("people/excuses/<uuid:excuse>/end/", circle.excuse_end, name="excuse_end"),
    path("alliances/", alliances.alliances, name="alliances"),
    path("alliances/new/", alliances.alliance_new, name="alliance_new"),
    path("alliances/<uuid:alliance>/", alliances.alliance, name="alliance"),
    path("alliances/<uuid:alliance>/partners/new/", alliances.partner_invite, name="partner_invite"),
    path("alliances/<uuid:alliance>/items/new/", alliances.item_new, name="item_new"),
    path("alliances/<uuid:alliance>/items/<uuid:item>/", alliances.item_done, name="item_done"),
    path("alliances/<uuid:alliance>/end/", alliances.alliance_end, name="alliance_end"),
    path("partners/<uuid:party>/accept/", alliances.invitation_accept, name="invitation_accept"),
    path("partners/<uuid:party>/decline/", alliances.invitation_decline, name="invitation_decline"),
    path("partners/<uuid:party>/withdraw/", alliances.invitation_withdraw, name="invitation_withdraw"),
    path("partners/<uuid:party>/leave/", alliances.partner_leave, name="partner_leave"),
    path("files/<uuid:file>/remove/", people.file_remove, name="file_remove"),
    path("participants/<uuid:participant>/leave/", attendance.leave, name="leave"),
    path("participants/<uuid:participant>/leave/decide/", attendance.decide, name="decide_leave"),
    path("participants/<uuid:participant>/uninvite/", people.uninvite_one, name="uninvite"),
    path("<uuid:activity>/", activities.detail, name="detail"),
    path("<uuid:activity>/edit/", planning.edit, name="edit"),
    path("<uuid:activity>/announce/", activities.announce_it, name="announce"),
    path("<uuid:activity>/cancel/", activities.cancel_it, name="cancel"),
    path("<uuid:activity>/hold/", activities.hold_it, name="hold"),
    path("<uuid:activity>/annul/", activities.annul_it, name="annul"),
    path("<uuid:activity>/template/", activities.save_as_template, name="save_template"),
    path("<uuid:activity>/invite/", people.invite_more, name="invite"),
    path("<uuid:activity>/observer/", people.invite_from_above, name="invite_observer"),
    path("<uuid:activity>/files/new/", people.file_new, name="file_new"),
    path("<uuid:activity>/attendance/", attendance.attendance, name="attendance"),
    path("<uuid:activity>/attendance/correct/", attendance.correct, name="correct"),
    path("<uuid:activity>/wall/", attendance.wall, name="wall"),
    *MINUTES,
]
