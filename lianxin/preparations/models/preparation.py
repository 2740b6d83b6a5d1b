"""The preparation of one organisation-life or democratic-life meeting."""

from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class Preparation(models.Model):
    """What is to be done before and after a meeting. `activity_id` names the meeting, where it is planned here."""

    class Kind(models.TextChoices):
        """Which meeting; the keys are those of activities."""

        ORG_LIFE = "org_life_meeting", _("organisation-life meeting")
        DEMOCRATIC_LIFE = "democratic_life_meeting", _("democratic-life meeting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    kind = models.CharField(_("kind of meeting"), max_length=32, choices=Kind)
    topic = models.CharField(_("topic"), max_length=120)
    planned_on = models.DateField(_("planned for"))
    activity_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "preparations_preparation"
        indexes = [
            models.Index(fields=["organisation_path", "planned_on", "id"], name="preparation_by_place"),
            models.Index(fields=["activity_id"], name="preparation_of_activity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["activity_id"],
                condition=models.Q(activity_id__isnull=False),
                name="preparation_once_an_activity",
            )
        ]

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        """The list in the workbench."""
        return reverse("preparations:preparation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.closed_at is None


class Study(models.Model):
    """What was studied before the meeting, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="studies")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    studied_on = models.DateField(_("studied on"))
    what = models.CharField(_("what was studied"), max_length=300)

    class Meta:
        db_table = "preparations_study"
        ordering = ["studied_on", "id"]

    def __str__(self) -> str:
        return self.what


class Opinion(models.Model):
    """An opinion gathered before the meeting. An anonymous one has a random key, a day, and no author anywhere."""

    class Source(models.TextChoices):
        """Where it comes from."""

        MEMBERS = "members", _("members")
        MASSES = "masses", _("people outside the Party")
        UNITS = "units", _("units and organisations below")
        ABOVE = "above", _("the organisation above")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="opinions")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    source = models.CharField(_("source of the opinion"), max_length=12, choices=Source)
    about = models.CharField(_("about"), max_length=80, blank=True)
    text = models.TextField(_("opinion"))
    author = models.CharField(max_length=80, blank=True)
    given_on = models.DateField()

    class Meta:
        db_table = "preparations_opinion"
        ordering = ["given_on", "id"]
        indexes = [models.Index(fields=["preparation", "given_on"], name="opinion_by_preparation")]

    def __str__(self) -> str:
        return str(self.id)


class Examination(models.Model):
    """Whose self-examination a meeting expects, and whether it was handed in. Its text lies in a table of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="examinations")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    author = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=80)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "preparations_examination"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["preparation", "author"], name="examination_once_an_author")]
        indexes = [models.Index(fields=["author", "-id"], name="examination_of_author")]

    def __str__(self) -> str:
        return self.author_name


class Reader(models.Model):
    """A member whom the author lets read the text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="readers")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)

    class Meta:
        db_table = "preparations_reader"
        constraints = [models.UniqueConstraint(fields=["examination", "member"], name="reader_once")]

    def __str__(self) -> str:
        return self.name


class ExaminationText(models.Model):
    """The text: its author's while a draft; once handed in, the secretary's and the readers' as well."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, related_name="text_row")
    author = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("self-examination text"))
    is_handed_in = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "preparations_examination_text"

    def __str__(self) -> str:
        return str(self.examination_id)


class Criticism(models.Model):
    """A point of criticism spoken in the meeting, written down afterwards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preparation = models.ForeignKey(Preparation, on_delete=models.PROTECT, related_name="criticisms")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    by = models.CharField(_("by"), max_length=80)
    of = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    of_name = models.CharField(max_length=80)
    text = models.TextField(_("point of criticism"))
    recorded_on = models.DateField()

    class Meta:
        db_table = "preparations_criticism"
        ordering = ["of_name", "id"]

    def __str__(self) -> str:
        return self.of_name
