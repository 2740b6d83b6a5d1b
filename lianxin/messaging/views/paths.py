"""Addresses of one's own messages; both shells mount them."""

from django.urls import path

from lianxin.messaging.views import choices, inbox

OWN_PATHS = [
    path("", inbox.index, name="inbox"),
    path("read/", inbox.read_all, name="read_all"),
    path("settings/", choices.settings, name="settings"),
    path("settings/email/", choices.email, name="email"),
    path("settings/email/code/", choices.code, name="code"),
    path("settings/devices/", choices.add_device, name="add_device"),
    path("settings/devices/<uuid:device>/end/", choices.end_device, name="end_device"),
    path("<uuid:message>/", inbox.message, name="message"),
    path("<uuid:message>/open/", inbox.follow, name="follow"),
    path("<uuid:message>/confirm/", inbox.confirm, name="confirm"),
]
