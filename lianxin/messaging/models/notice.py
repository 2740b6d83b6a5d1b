"""Notices: what a committee or secretary asks of organisations or members, with what it costs them."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.messaging.models.message import Message


class Notice(models.Model):
    """A notice from draft to sent. `minutes_each` is reading and answering for one reader.

    `audience` says who it is for: the organisations below, of these kinds, these ones, or the members of one's own
    organisation. `recipients`, `organisations` and `minutes_total` are what it cost when it went out; `over_cap` is
    how many receiving organisations it put above the monthly cap, which the sender saw.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Audience(models.TextChoices):
        """Whom it is for."""

        BELOW = "below", _("all organisations below")
        KINDS = "kinds", _("organisations below of these kinds")
        PICKED = "picked", _("these organisations")
        MEMBERS = "members", _("the members of our own organisation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    title = models.CharField(max_length=120)
    text = models.TextField()
    due_on = models.DateField(null=True)
    must_read_by = models.DateField(null=True)
    asked = models.JSONField(default=list)
    reading_minutes = models.PositiveSmallIntegerField()
    minutes_each = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=8, choices=Audience)
    kinds = models.JSONField(default=list)
    picked = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, related_name="notice")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    recipients = models.PositiveIntegerField(default=0)
    organisations = models.PositiveIntegerField(default=0)
    minutes_total = models.PositiveIntegerField(default=0)
    over_cap = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "messaging_notice"
        verbose_name = _("notice")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation_path", "-id"], name="notice_by_place"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_sent_has_a_message",
                condition=models.Q(state="draft") | models.Q(message__isnull=False, sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The notice's page for the sender."""
        return reverse("messaging:notice", args=[self.pk])


class NoticeTarget(models.Model):
    """One organisation that received a notice: how many readers it had there, and the minutes it takes them.

    The burden of a branch in a month is the sum of its rows. `is_from_above` tells what came from a committee from
    what the organisation told its own members. `is_counted` ends when the notice is withdrawn.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="targets")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    month = models.DateField()
    readers = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    is_from_above = models.BooleanField()
    is_counted = models.BooleanField(default=True)

    class Meta:
        db_table = "messaging_notice_target"
        verbose_name = _("receiving organisation")
        indexes = [
            models.Index(
                fields=["organisation_path", "month"],
                name="notice_target_burden",
                include=["organisation", "minutes", "is_from_above", "is_counted"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "organisation"], name="notice_target_once"),
            models.CheckConstraint(name="notice_target_month_begins", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.minutes}"
