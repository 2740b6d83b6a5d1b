"""An organisation's own templates of activities, beside those that ship with the product."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class SavedTemplate(models.Model):
    """An agenda and what goes with it, saved from an activity; the organisations below can begin with it too.

    `agenda` is a list of points: title, kind, minutes, speaker, text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    kinds = ArrayField(models.CharField(max_length=32))
    title = models.CharField(_("title"), max_length=120)
    minutes = models.PositiveSmallIntegerField()
    agenda = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activities_template"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["organisation_path"], name="template_by_place")]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="template_name_once")]

    def __str__(self) -> str:
        return self.name
