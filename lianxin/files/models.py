"""Stored files, imports of spreadsheets and exports of lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.sealed import SealedField


class StoredFile(models.Model):
    """A file somebody handed in or an export made; its content lies sealed under MEDIA_ROOT by its id.

    One with `held_until` was handed in with a form that was refused, and waits until then for the form to come again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    stored_by = models.UUIDField()
    removed_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_stored"

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """Says that a stored file belongs to something other modules keep, so that it is not cleaned up as a spreadsheet.

    Who may read it is decided by the module it belongs to.
    """

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, primary_key=True, related_name="attachment")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "files_attachment"

    def __str__(self) -> str:
        return str(self.file_id)


class Import(models.Model):
    """A spreadsheet on its way into the register: uploaded, matched, checked, applied, perhaps undone."""

    class State(models.TextChoices):
        """Where the import stands."""

        UPLOADED = "uploaded", _("columns to confirm")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        APPLYING = "applying", _("being written")
        APPLIED = "applied", _("written")
        UNDONE = "undone", _("taken back")
        ABANDONED = "abandoned", _("abandoned")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    sentence = models.TextField(blank=True)
    password = SealedField(kind="password")
    tables = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    to_add = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    groups = models.JSONField(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_import"
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="import_by_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ImportProgress(models.Model):
    """How far a running import is. A table of its own, so that it can be written beside the import's transaction.

    `asked_at` is when work was asked for last, `begun_at` when a worker took it up (null: nobody did yet).
    """

    run = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    asked_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "files_import_progress"

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"


class ImportFinding(models.Model):
    """A row worth looking at: it has a problem, would change a record, or is a sample of what would be added.

    `changes` maps a column to [old, new] as shown. Cells with personal data appear masked.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="findings")
    sheet = models.CharField(max_length=120)
    row = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    deed = models.CharField(max_length=8)
    duplicate_of = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    has_errors = models.BooleanField(default=False)

    class Meta:
        db_table = "files_import_finding"
        indexes = [models.Index(fields=["run", "deed", "has_errors", "id"], name="finding_by_deed")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class ImportCorrection(models.Model):
    """A cell as mended on the screen; laid over the file whenever it is read. Sealed, as the cell may be personal."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="corrections")
    sheet = models.CharField(max_length=120)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    value = SealedField(kind="cell")
    leaves_row_out = models.BooleanField(default=False)

    class Meta:
        db_table = "files_import_correction"
        constraints = [models.UniqueConstraint(fields=["run", "sheet", "row", "column"], name="correction_once_a_cell")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.column}"


class ColumnChoice(models.Model):
    """How a person matched a heading against our suggestion: their next import learns from it, nobody else's."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    header = models.CharField(max_length=120)
    column = models.CharField(max_length=40, blank=True)
    chosen_at = models.DateTimeField()

    class Meta:
        db_table = "files_column_choice"
        constraints = [models.UniqueConstraint(fields=["account", "kind", "header"], name="column_choice_once")]

    def __str__(self) -> str:
        return f"{self.header} → {self.column}"


class Export(models.Model):
    """A list written to a spreadsheet by a job."""

    class State(models.TextChoices):
        """Where the export stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=4)
    personal = models.BooleanField(default=False)
    layout = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sentence = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_export"
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="export_by_account")]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"
