"""Rooms where activities are held (阵地), and who has them when: the database lets no two bookings overlap."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class Room(models.Model):
    """A room of an organisation; `is_shared` lends it to the organisations below as well."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    seats = models.PositiveIntegerField(_("seats"), default=0)
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    address = models.CharField(pgettext_lazy("of a room", "address"), max_length=120, blank=True)
    is_shared = models.BooleanField(_("also for the organisations below"), default=False)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    organisation_name = ""
    """The short name of who keeps it, set by the queries: joining the organisation would hide rooms that are lent."""

    class Meta:
        db_table = "activities_room"
        ordering = ["organisation_path", "name"]
        indexes = [models.Index(fields=["organisation_path", "name"], name="room_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=models.Q(closed_at__isnull=True), name="room_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoomBooking(models.Model):
    """A room taken from an instant to another, for an activity or for something else; the hour it ends is free."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="bookings")
    room_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60)
    activity = models.OneToOneField(
        "activities.Activity", on_delete=models.CASCADE, null=True, blank=True, related_name="booking"
    )
    purpose = models.CharField(_("for"), max_length=120)
    during = DateTimeRangeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        db_table = "activities_room_booking"
        ordering = ["during"]
        constraints = [
            ExclusionConstraint(
                name="room_taken_once",
                expressions=[
                    (Func(F("room"), F("room"), Value("[]"), function="uuidrange"), "&&"),
                    (F("during"), "&&"),
                ],
            ),
            models.CheckConstraint(name="booking_lasts", condition=models.Q(during__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.during}"
