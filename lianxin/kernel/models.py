"""The kernel's table: the append-only event log (decision 9). The migration installs the guard against change."""

from django.db import models

from lianxin.kernel.db.ids import new_id


class Event(models.Model):
    """One act that happened: who, when, in which organisation, to what, old and new values, why.

    It holds identifiers without foreign keys: what happened stays true after the thing is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80)
    organisation_id = models.UUIDField(null=True)
    organisation_path = models.CharField(max_length=255, db_collation="C", blank=True)
    subject_id = models.UUIDField()
    effective_on = models.DateField(null=True)
    document_no = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    batch_id = models.UUIDField(null=True)

    class Meta:
        db_table = "kernel_event"
        indexes = [
            models.Index(fields=["subject_id", "-id"], name="event_by_subject"),
            models.Index(fields=["organisation_path", "-id"], name="event_by_place"),
            models.Index(fields=["batch_id"], name="event_by_batch", condition=models.Q(batch_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.kind}"
