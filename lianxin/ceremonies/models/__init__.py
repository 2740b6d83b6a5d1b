"""What ceremonies keep: the days by which members are found, greetings that were sent, and the text of the oath."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class Anniversary(models.Model):
    """The days of a member in the register, in the order in which they return: written by a trigger, read by index.

    `month_day` is month × 100 + day of joining. `party_age_from` is when Party age began: conversion, or joining where
    a full member's record names no conversion; empty for probationary members.
    """

    member = models.OneToOneField("members.Member", on_delete=models.CASCADE, primary_key=True, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    joined_on = models.DateField()
    month_day = models.PositiveSmallIntegerField()
    party_age_from = models.DateField(null=True)

    class Meta:
        db_table = "ceremonies_anniversary"
        verbose_name = _("political birthday")
        indexes = [
            models.Index(fields=["month_day", "organisation_path", "member"], name="anniversary_by_day"),
            models.Index(fields=["party_age_from", "organisation_path"], name="anniversary_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.month_day}"


class Greeting(models.Model):
    """A greeting to a member on a political birthday, sent by a person: one for each year."""

    class Way(models.TextChoices):
        """How it was given."""

        MESSAGE = "message", _("message")
        IN_PERSON = "in_person", _("in person")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    year = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=10, choices=Way)
    text = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    message_id = models.UUIDField(null=True)

    class Meta:
        db_table = "ceremonies_greeting"
        verbose_name = _("greeting")
        constraints = [
            models.UniqueConstraint(fields=["member", "year"], name="greeting_once_a_year"),
            models.CheckConstraint(
                name="greeting_message_has_a_text", condition=~models.Q(way="message") | ~models.Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.year}"


class OathText(models.Model):
    """The oath as an official publication has it, loaded by an administrator with its source; the newest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.TextField()
    source = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "ceremonies_oath_text"
        verbose_name = _("text of the oath")
        constraints = [
            models.CheckConstraint(name="oath_has_a_text", condition=~models.Q(text="") & ~models.Q(source="")),
        ]

    def __str__(self) -> str:
        return self.source
