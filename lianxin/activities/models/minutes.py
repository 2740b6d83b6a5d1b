"""Minutes: the record of an activity by agenda item, locked when confirmed, corrected by notes that are only added."""

from secrets import choice
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.activities.models.activity import Activity, AgendaItem
from lianxin.kernel.db.ids import new_id

CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for each other."""
CODE_LENGTH = 20


def new_code() -> str:
    """An address of the check page that nobody guesses: 20 signs of 5 bits."""
    return "".join(choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))


class Minutes(models.Model):
    """The record of one activity.

    Chair, recorder, time, place and who was there are not kept here while it is a draft: they are read from the
    activity. Confirming writes all of it once into `content`, the exact text whose SHA-256 is `sha256`; from then on
    the database changes nothing of it, nor of its items and votes.
    """

    class State(models.TextChoices):
        """Where the record stands."""

        DRAFT = "draft", _("draft being written")
        CONFIRMED = "confirmed", _("confirmed and locked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="record")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "activities_minutes"
        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation_path", "-id"], name="minutes_by_place")]
        constraints = [
            models.CheckConstraint(
                name="minutes_confirmed_has_digest",
                condition=models.Q(state="draft", content="", sha256="", confirmed_at__isnull=True)
                | (
                    models.Q(state="confirmed", confirmed_at__isnull=False)
                    & ~models.Q(content="")
                    & ~models.Q(sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.state}"

    def get_absolute_url(self) -> str:
        """The record's page at the desk."""
        return reverse("activities:minutes", args=[self.activity_id])

    @property
    def is_confirmed(self) -> bool:
        """Whether it is locked."""
        return self.state == self.State.CONFIRMED


class MinutesItem(models.Model):
    """What was said and decided on one item of the agenda.

    `speeches` is a list of {"member": id or "", "name": text, "text": main points}. `version` counts the writings: who
    writes names the version they read, so that two who write at once both keep their text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="items")
    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    speeches: Any = models.JSONField(default=list)
    decision = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "activities_minutes_item"
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["minutes", "position"], name="minutes_items")]

    def __str__(self) -> str:
        return self.title


class MinutesNote(models.Model):
    """A correction of a confirmed record: added, never changed, beside the text it corrects."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    reason = models.CharField(max_length=200)
    author = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "activities_minutes_note"
        ordering = ["id"]
        indexes = [models.Index(fields=["minutes", "id"], name="minutes_notes")]
        constraints = [
            models.CheckConstraint(name="minutes_note_says_why", condition=~models.Q(reason="") & ~models.Q(text=""))
        ]

    def __str__(self) -> str:
        return self.text[:40]


class MakeUp(models.Model):
    """What somebody who was not there is to study or be told afterwards, and that it was done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="make_ups")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    done_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "activities_make_up"
        ordering = ["done_on", "id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "member"], name="make_up_once_a_member")]

    def __str__(self) -> str:
        return self.what
