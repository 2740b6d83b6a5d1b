"""Checks of what is about to become public, and the decisions to publish in spite of findings."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class Check(models.Model):
    """A text or file as it was handed in, bound by its SHA-256: what was found in it, what could not be checked.

    `findings` and `unread` hold kinds, places and masked numbers, never clear ones. The content lies sealed beside the
    database and goes after 30 days; the verdict stays. `title` is masked before it is kept.
    """

    class Kind(models.TextChoices):
        """What was handed in."""

        TEXT = "text", _("text")
        DOCX = "docx", _("Word document")
        XLSX = "xlsx", _("Excel workbook")
        PDF = "pdf", _("PDF document")
        CSV = "csv", _("text table")
        TXT = "txt", _("text file")

    class State(models.TextChoices):
        """Where the check stands."""

        WAITING = "waiting", _("being checked")
        CLEAR = "clear", _("nothing found")
        BLOCKED = "blocked", _("not to be published")
        FAILED = "failed", _("cannot be checked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    title = models.CharField(max_length=200)
    title_findings = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=24, blank=True)
    detectors = models.PositiveSmallIntegerField(default=0)
    findings = models.JSONField(default=list)
    found = models.PositiveIntegerField(default=0)
    unread = models.JSONField(default=list)
    missed = models.PositiveIntegerField(default=0)
    masked_sha256 = models.CharField(max_length=64, blank=True)
    masked_size = models.PositiveIntegerField(default=0)
    masked_is_clear = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    content_removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosure_check"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation_path", "-id"], name="disclosure_by_place"),
            models.Index(fields=["sha256"], name="disclosure_by_content"),
            models.Index(fields=["masked_sha256"], name="disclosure_by_copy", condition=~models.Q(masked_sha256="")),
            models.Index(fields=["created_at"], name="disclosure_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["created_at"],
                name="disclosure_kept",
                condition=models.Q(content_removed_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="disclosure_clear_is_clear",
                condition=~models.Q(state="clear") | models.Q(found=0, missed=0, title_findings=0),
            ),
            models.CheckConstraint(
                name="disclosure_copy_has_digest",
                condition=models.Q(masked_is_clear=False) | ~models.Q(masked_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The check's page."""
        return reverse("disclosure:check", args=[self.pk])

    @property
    def has_content(self) -> bool:
        """Whether the content is still kept."""
        return self.content_removed_at is None

    @property
    def has_copy(self) -> bool:
        """Whether there is a masked copy to be had."""
        return bool(self.masked_sha256) and self.has_content


class Override(models.Model):
    """A request to publish exactly one content in spite of findings, decided by a second person, with an end."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("waiting for a second person")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    check_of = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="overrides")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    asked_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosure_override"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation_path", "id"], name="override_open", condition=models.Q(state="open")),
            models.Index(fields=["sha256"], name="override_in_force", condition=models.Q(state="approved")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["check_of"], condition=models.Q(state="open"), name="override_one_open_a_check"
            ),
            models.CheckConstraint(
                name="override_needs_a_second_person",
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="override_approved_has_an_end",
                condition=~models.Q(state="approved")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, valid_until__gt=models.F("decided_at")),
            ),
            models.CheckConstraint(name="override_has_a_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.state}"

    def is_in_force(self, at: Any) -> bool:
        """Whether the content may be published by this decision at that instant."""
        return self.state == self.State.APPROVED and self.valid_until is not None and at < self.valid_until
