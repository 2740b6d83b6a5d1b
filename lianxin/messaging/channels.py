"""The ways by which a message can reach a person beside the inbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way to a person. `in_app` is the inbox: every message is there, whatever happens to the other ways."""

    IN_APP = "in_app", _("inbox")
    PUSH = "push", _("push notification")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    WECHAT = "wechat", _("WeChat")


OUTSIDE = (Channel.PUSH, Channel.EMAIL, Channel.SMS, Channel.WECHAT)
"""The ways that leave the product, in the order of choice where a person chose none."""
