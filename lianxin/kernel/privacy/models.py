"""How far a rotation of keys is. Checkpoints move in the transaction of what they count."""

from django.db import models
from django.db.models import Q

from lianxin.kernel.db.ids import new_id


class Rotation(models.Model):
    """Bringing every sealed value under one key, every digest under one look-up key. One runs at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seal_key = models.PositiveSmallIntegerField()
    lookup_key = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)
    left = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "privacy_rotation"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(finished_at__isnull=True), name="privacy_one_rotation_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seal_key}/{self.lookup_key} {self.begun_at:%Y-%m-%d}"


class RotationStep(models.Model):
    """One table, or the files: walked in the order of its keys up to `at`; `held` did not open or has no source."""

    id = models.BigAutoField(primary_key=True)
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="steps")
    place = models.CharField(max_length=80)
    at = models.CharField(max_length=255, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    values = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    rounds = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_rotation_step"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rotation", "place"], name="rotation_step_once")]

    def __str__(self) -> str:
        return f"{self.place} {self.rows}/{self.total}"
