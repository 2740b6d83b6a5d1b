"""The kernel's tables: the append-only event log, its seals, and the state of its readers (decision 9).

The migration installs the guard against change on `kernel_event`, `kernel_event_sealed` and `kernel_seal`.
"""

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
            models.Index(fields=["at", "id"], name="event_by_time"),
            models.Index(fields=["actor_id", "at", "id"], name="event_by_actor"),
            models.Index(fields=["kind", "at", "id"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.kind}"


class WaitingEvent(models.Model):
    """A written event that waits for its place in the order; a trigger adds the row, sealing takes it away."""

    arrival = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()

    class Meta:
        db_table = "kernel_event_waiting"

    def __str__(self) -> str:
        return f"{self.arrival}: {self.event_id}"


class SealedEvent(models.Model):
    """The place of an event in the order all readers follow: 1, 2, 3 … without a gap.

    `digest` covers the place and the whole event; `marks` holds a checksum of each field, which names the changed
    one when the digest no longer fits.
    """

    position = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    digest = models.BinaryField()
    marks = models.BinaryField()

    class Meta:
        db_table = "kernel_event_sealed"

    def __str__(self) -> str:
        return f"{self.position}: {self.event_id}"


class Seal(models.Model):
    """A batch of events closed by a digest that covers them and the seal before: a link of the chain."""

    number = models.BigIntegerField(primary_key=True)
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    count = models.IntegerField()
    algorithm = models.CharField(max_length=16)
    previous = models.BinaryField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_seal"

    def __str__(self) -> str:
        return f"{self.number}: {self.first_position}-{self.last_position}"


class Projection(models.Model):
    """How far a projector has come: everything up to `position` is applied or parked."""

    name = models.CharField(primary_key=True, max_length=80)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_projection"

    def __str__(self) -> str:
        return f"{self.name}: {self.position}"


class ParkedEvent(models.Model):
    """An event a projector could not apply; the rest went on without it. It stays until a retry succeeds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    projection = models.CharField(max_length=80)
    position = models.BigIntegerField()
    event_id = models.UUIDField()
    reason = models.TextField()
    attempts = models.IntegerField(default=1)
    parked_at = models.DateTimeField()
    tried_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_parked_event"
        constraints = [models.UniqueConstraint(fields=["projection", "position"], name="parked_once")]

    def __str__(self) -> str:
        return f"{self.projection} {self.position}: {self.reason}"


class DailyActs(models.Model):
    """How many acts of a kind happened on a calendar day (Shanghai) at a place of the tree; written by a projector."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    organisation_path = models.CharField(max_length=255, db_collation="C", blank=True)
    kind = models.CharField(max_length=80)
    acts = models.BigIntegerField()

    class Meta:
        db_table = "kernel_daily_acts"
        constraints = [
            models.UniqueConstraint(fields=["day", "organisation_path", "kind"], name="daily_acts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.organisation_path} {self.kind}: {self.acts}"
