"""Resolutions: what a meeting gave somebody to do, until a day."""

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.models.minutes import MinutesItem
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.time import today


class Resolution(models.Model):
    """Something decided that one member sees to. It becomes their task when the minutes are confirmed.

    What, who and until when are part of the minutes and locked with them; state and note go on.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("in unconfirmed minutes")
        OPEN = "open", pgettext_lazy("resolution", "open")
        DONE = "done", pgettext_lazy("resolution", "done")
        TAKEN_BACK = "taken_back", pgettext_lazy("resolution", "taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(MinutesItem, on_delete=models.CASCADE, related_name="resolutions")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    text = models.CharField(max_length=500)
    owner = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=80, editable=False)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    note = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "activities_resolution"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["organisation_path", "due_on", "id"], name="resolution_open", condition=models.Q(state="open")
            ),
            models.Index(fields=["owner", "due_on"], name="resolution_of_owner", condition=models.Q(state="open")),
            models.Index(fields=["organisation", "settled_at"], name="resolution_settled"),
            models.Index(fields=["item"], name="resolutions_of_item"),
        ]
        constraints = [
            models.CheckConstraint(
                name="resolution_settled_says_how",
                condition=models.Q(state__in=["draft", "open"], settled_at__isnull=True)
                | (models.Q(state__in=["done", "taken_back"], settled_at__isnull=False) & ~models.Q(note="")),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("activities:minutes_settle", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether it is open though its day has passed, today."""
        return self.is_late(today())

    def is_late(self, on: date) -> bool:
        """Whether it should have been done before that day."""
        return self.state == self.State.OPEN and self.due_on < on
