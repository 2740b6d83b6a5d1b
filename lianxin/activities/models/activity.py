"""An activity: a meeting, lecture or theme day, planned or recorded afterwards, with its agenda, files and parties."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.models.alliance import Alliance
from lianxin.activities.models.room import Room
from lianxin.kernel.db.ids import new_id


class Series(models.Model):
    """Activities that repeat: the plan they are made from. `every_months` from `first_on`, clamped to month ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    every_months = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    until = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activities_series"
        constraints = [
            models.CheckConstraint(name="series_has_a_rhythm", condition=models.Q(every_months__in=[1, 2, 3, 6, 12])),
            models.CheckConstraint(name="series_runs_forward", condition=models.Q(until__gte=models.F("first_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} / {self.every_months}"


class Activity(models.Model):
    """One gathering. `kinds` are keys of the code table of meeting types, or `dues_day`, `other`.

    Names of the chair and the recorder are kept beside their records: a participant from elsewhere reads them too, and
    they say who it was at the time.
    """

    class State(models.TextChoices):
        """Where the activity stands."""

        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        HELD = "held", pgettext_lazy("of an activity", "held")
        CANCELLED = "cancelled", _("cancelled")

    class Audience(models.TextChoices):
        """Who is invited before anybody is added by hand."""

        MEMBERS = "members", _("all members of the organisation")
        COMMITTEE = "committee", _("the committee")
        GROUP = "group", _("a Party group")
        CHOSEN = "chosen", _("persons chosen one by one")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    kinds = ArrayField(models.CharField(max_length=32))
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(pgettext_lazy("of an activity", "ends"))
    late_after = models.PositiveSmallIntegerField(_("late after (minutes)"), default=10)
    place = models.CharField(_("place"), max_length=120, blank=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    online_link = models.URLField(_("link of the video meeting"), max_length=500, blank=True)
    chair = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chair_name = models.CharField(max_length=80, blank=True)
    recorder = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorder_name = models.CharField(max_length=80, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.MEMBERS)
    group = models.ForeignKey(
        "activities.PartyGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    was_reported = models.BooleanField(default=False)
    was_annulled = models.BooleanField(default=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="activities")
    series_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)

    organisation_name = ""
    """The short name of who holds it, set by the queries: joining the organisation would hide what others hold."""

    class Meta:
        db_table = "activities_activity"
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["organisation_path", "starts_at", "id"], name="activity_by_place"),
            models.Index(fields=["starts_at", "id"], name="activity_by_time"),
            models.Index(fields=["organisation", "-starts_at"], name="activity_of_organisation"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activity_ends_after_it_begins", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(name="activity_has_a_kind", condition=~models.Q(kinds=[])),
            models.CheckConstraint(
                name="activity_held_says_when",
                condition=~models.Q(state="held") | models.Q(held_at__isnull=False),
            ),
            models.CheckConstraint(
                name="activity_cancelled_says_why",
                condition=~models.Q(state="cancelled")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="activity_group_is_named",
                condition=~models.Q(audience="group") | models.Q(group__isnull=False),
            ),
            models.UniqueConstraint(fields=["series", "series_on"], name="activity_once_a_turn"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The activity's page in the workbench."""
        return reverse("activities:detail", args=[self.pk])


class AgendaItem(models.Model):
    """A point of the agenda, with the minutes planned for it and who speaks."""

    class Kind(models.TextChoices):
        """What is done under the point."""

        REPORT = "report", _("report")
        STUDY = "study", _("study")
        DISCUSSION = "discussion", _("discussion")
        DECISION = "decision", _("decision")
        LECTURE = "lecture", _("lecture")
        CRITICISM = "criticism", _("criticism and self-criticism")
        OATH = "oath", _("renewal of the oath")
        DUES = "dues", _("paying dues")
        PRACTICE = "practice", _("practice, visit or service")
        OTHER = "other", _("other")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=200)
    kind = models.CharField(pgettext_lazy("of an activity", "kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    minutes = models.PositiveSmallIntegerField(default=0)
    speaker = models.CharField(_("speaker"), max_length=80, blank=True)
    text = models.TextField(_("notes"), blank=True)

    class Meta:
        db_table = "activities_agenda_item"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "position"], name="agenda_position_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return self.title


class ActivityFile(models.Model):
    """A file that belongs to an activity; its content lies sealed with `files`."""

    class Purpose(models.TextChoices):
        """What the file is for."""

        MATERIAL = "material", _("material to read before")
        PROOF = "proof", _("record or sign-in sheet")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.MATERIAL)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "activities_file"
        ordering = ["id"]
        indexes = [models.Index(fields=["activity"], name="activity_file_of")]

    def __str__(self) -> str:
        return self.name


class ActivityParty(models.Model):
    """An organisation for which the activity counts. Every activity has its host here; a joint one has others too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="parties")
    activity_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60)
    is_host = models.BooleanField(default=False)

    class Meta:
        db_table = "activities_party"
        ordering = ["-is_host", "id"]
        indexes = [models.Index(fields=["organisation_path", "activity"], name="party_by_place")]
        constraints = [
            models.UniqueConstraint(fields=["activity", "organisation"], name="party_once"),
            models.UniqueConstraint(fields=["activity"], condition=models.Q(is_host=True), name="party_one_host"),
        ]

    def __str__(self) -> str:
        return self.organisation_name


class GuidanceNote(models.Model):
    """What an invited observer from above advised. Everybody who takes part can read it; it is not changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="guidance")
    author = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=80)
    text = models.TextField(_("guidance"))
    written_at = models.DateTimeField()

    class Meta:
        db_table = "activities_guidance"
        ordering = ["id"]
        indexes = [models.Index(fields=["activity"], name="guidance_of")]
        constraints = [models.CheckConstraint(name="guidance_says_something", condition=~models.Q(text=""))]

    def __str__(self) -> str:
        return self.text[:40]
