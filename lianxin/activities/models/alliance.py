"""Alliances (结对共建): organisations that act together, what each brings and needs, and what they do together."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class Alliance(models.Model):
    """Organisations paired for joint activities; the one that founded it keeps its record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    name = models.CharField(pgettext_lazy("of an alliance", "name"), max_length=120)
    founded_on = models.DateField(pgettext_lazy("of an alliance", "since"))
    ended_on = models.DateField(pgettext_lazy("of an alliance", "until"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activities_alliance"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["organisation_path"], name="alliance_by_place")]
        constraints = [
            models.CheckConstraint(
                name="alliance_runs_forward",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("founded_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AllianceParty(models.Model):
    """An organisation in an alliance: invited, in it from the day it joined up to, not including, the day it left."""

    class State(models.TextChoices):
        """Where it stands; follows from the days, which alone are kept."""

        INVITED = "invited", _("invited, no answer yet")
        JOINED = "joined", _("in the alliance")
        DECLINED = "declined", pgettext_lazy("an alliance", "declined")
        LEFT = "left", pgettext_lazy("an alliance", "left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="parties")
    alliance_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60)
    invited_on = models.DateField(_("invited on"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    declined_on = models.DateField(_("declined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    reason = models.CharField(_("why it declined or left"), max_length=300, blank=True)

    class Meta:
        db_table = "activities_alliance_party"
        ordering = ["id"]
        indexes = [models.Index(fields=["organisation_path", "alliance"], name="alliance_party_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"],
                condition=models.Q(left_on__isnull=True, declined_on__isnull=True),
                name="alliance_party_once",
            ),
            models.CheckConstraint(
                name="alliance_party_was_invited_or_joined",
                condition=models.Q(invited_on__isnull=False) | models.Q(joined_on__isnull=False),
            ),
            models.CheckConstraint(
                name="alliance_party_answers_once",
                condition=models.Q(joined_on__isnull=True) | models.Q(declined_on__isnull=True),
            ),
            models.CheckConstraint(
                name="alliance_party_leaves_after_joining",
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation_name

    @property
    def state(self) -> "AllianceParty.State":
        """Where it stands."""
        if self.left_on is not None:
            return self.State.LEFT
        if self.joined_on is not None:
            return self.State.JOINED
        return self.State.DECLINED if self.declined_on is not None else self.State.INVITED


class AllianceItem(models.Model):
    """A resource one party offers, a need it has, or a project they carry out, and what became of it."""

    class Kind(models.TextChoices):
        """What it is."""

        RESOURCE = "resource", _("resource")
        NEED = "need", _("need")
        PROJECT = "project", _("project")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="items")
    party = models.ForeignKey(AllianceParty, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(pgettext_lazy("of an alliance", "by"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(pgettext_lazy("of an alliance", "outcome"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activities_alliance_item"
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["alliance"], name="alliance_item_of")]

    def __str__(self) -> str:
        return self.text
