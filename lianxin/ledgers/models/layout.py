"""Layouts: Word and Excel files with named fields that a superior wants ledgers to look like."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class FileKind(models.TextChoices):
    """What kind of file a layout is."""

    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")


class Layout(models.Model):
    """A layout with its versions. It belongs to who uploaded it and serves that organisation and all below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60)
    name = models.CharField(pgettext_lazy("layout", "name"), max_length=80)
    kind = models.CharField(max_length=4, choices=FileKind)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledgers_layout"
        verbose_name = _("layout")
        ordering = ["organisation_path", "name", "id"]
        indexes = [models.Index(fields=["organisation_path", "name"], name="layout_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="layout_name_once",
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="layout_has_a_name", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The layout's page."""
        return reverse("ledgers:layout", args=[self.pk])


class LayoutVersion(models.Model):
    """One file of a layout, as it was uploaded. `fields` are the names it uses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    fields = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_by_name = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()

    class Meta:
        db_table = "ledgers_layout_version"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["layout", "number"], name="layout_version_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"
