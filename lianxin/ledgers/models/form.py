"""Forms: what a committee asks of organisations below, each question once, and what they answered."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class ReportForm(models.Model):
    """A form from draft to closed.

    Values taken from the records are those of the days `since` to `until`. `minutes_each` is what one organisation
    spends on answering, `minutes_saved` what it would have spent on questions the records answer.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("form", "open")
        CLOSED = "closed", pgettext_lazy("form", "closed")

    class Audience(models.TextChoices):
        """Whom it is for; the words of notices."""

        BELOW = "below", _("all organisations below")
        KINDS = "kinds", _("organisations below of these kinds")
        PICKED = "picked", _("these organisations")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    text = models.TextField()
    audience = models.CharField(max_length=8, choices=Audience)
    kinds: Any = models.JSONField(default=list)
    picked: Any = models.JSONField(default=list)
    due_on = models.DateField()
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notice = models.OneToOneField("messaging.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    organisations = models.PositiveIntegerField(default=0)
    minutes_each = models.PositiveIntegerField(default=0)
    minutes_total = models.PositiveIntegerField(default=0)
    minutes_saved = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "ledgers_form"
        verbose_name = _("form")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation_path", "-id"], name="form_by_place"),
            models.Index(fields=["due_on"], name="form_open", condition=models.Q(state="open")),
            models.Index(fields=["sent_at"], name="form_by_sending"),
        ]
        constraints = [
            models.CheckConstraint(
                name="form_sent_says_when",
                condition=models.Q(state="draft", sent_at__isnull=True)
                | models.Q(~models.Q(state="draft"), sent_at__isnull=False),
            ),
            models.CheckConstraint(name="form_days_run_forward", condition=models.Q(until__gte=models.F("since"))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The form's page for those who wrote it."""
        return reverse("ledgers:form", args=[self.pk])


class Question(models.Model):
    """A question of a form. One with `held` is not asked: the records answer it.

    `sound` is how the label sounds, by which the same question elsewhere is found. `differs` says why something alike
    that the records hold is not meant. `also_asked` names open forms that asked the same organisations alike.
    """

    class Kind(models.TextChoices):
        """What an answer looks like."""

        TEXT = "text", pgettext_lazy("question", "text")
        NUMBER = "number", pgettext_lazy("question", "number")
        DATE = "date", pgettext_lazy("question", "date")
        CHOICE = "choice", pgettext_lazy("question", "choice")
        FILE = "file", pgettext_lazy("question", "file, if they want")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(ReportForm, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    sound = models.CharField(max_length=255, db_collation="C")
    kind = models.CharField(max_length=6, choices=Kind)
    choices: Any = models.JSONField(default=list)
    is_required = models.BooleanField(default=True)
    minutes = models.PositiveSmallIntegerField()
    held = models.CharField(max_length=60, blank=True)
    differs = models.CharField(max_length=200, blank=True)
    also_asked: Any = models.JSONField(default=list)

    class Meta:
        db_table = "ledgers_question"
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["form", "position"], name="question_of_form")]
        constraints = [
            models.CheckConstraint(
                name="question_never_demands_a_file",
                condition=~models.Q(kind="file") | models.Q(is_required=False),
            ),
            models.CheckConstraint(
                name="question_choice_offers_some", condition=~models.Q(kind="choice") | ~models.Q(choices=[])
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Reply(models.Model):
    """What one organisation answers: kept as a draft until it is sent.

    `answers` maps questions to what was written, `taken` to what the records said when it was sent.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", pgettext_lazy("answers", "not begun")
        DRAFT = "draft", pgettext_lazy("answers", "begun")
        SENT = "sent", pgettext_lazy("answers", "sent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(ReportForm, on_delete=models.CASCADE, related_name="replies")
    form_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    answers: Any = models.JSONField(default=dict)
    taken: Any = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "ledgers_reply"
        ordering = ["organisation_path", "id"]
        indexes = [
            models.Index(fields=["organisation_path", "state"], name="reply_by_place"),
            models.Index(fields=["form", "organisation_path"], name="reply_of_form"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form", "organisation"], name="reply_once"),
            models.CheckConstraint(
                name="reply_sent_says_when", condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.organisation_id}"

    def get_absolute_url(self) -> str:
        """Where it is filled in."""
        return reverse("ledgers:reply", args=[self.pk])


class ReplyFile(models.Model):
    """A file handed in with an answer; never demanded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="files")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        db_table = "ledgers_reply_file"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["reply", "question"], name="reply_file_once")]

    def __str__(self) -> str:
        return self.name
