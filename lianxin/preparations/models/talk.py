"""Heart-to-heart talks of an organisation in a year: who with whom, whether they talked, and what about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class TalkYear(models.Model):
    """The talks of an organisation in a year, open until the secretary closes them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "preparations_talk_year"
        indexes = [models.Index(fields=["organisation_path", "year"], name="talk_year_by_place")]
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="talk_year_once")]

    def __str__(self) -> str:
        return str(self.year)


class Talk(models.Model):
    """A pair that should talk in the year, and the day they did. Names are kept as they were when planned."""

    class Kind(models.TextChoices):
        """Between whom. Source: BRANCH 19."""

        COMMITTEE = "committee", _("between committee members")
        COMMITTEE_MEMBER = "committee_member", _("committee member with member")
        MEMBERS = "members", _("between members")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    talk_year = models.ForeignKey(TalkYear, on_delete=models.PROTECT, related_name="talks")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    kind = models.CharField(_("between whom"), max_length=20, choices=Kind)
    first = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=80)
    second_name = models.CharField(max_length=80)
    talked_on = models.DateField(_("day of the talk"), null=True)
    recorded_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "preparations_talk"
        indexes = [
            models.Index(fields=["talk_year", "kind", "id"], name="talk_by_year"),
            models.Index(fields=["organisation_path", "id"], name="talk_by_place"),
            models.Index(fields=["first"], name="talk_of_first", condition=models.Q(talked_on__isnull=True)),
            models.Index(fields=["second"], name="talk_of_second", condition=models.Q(talked_on__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["talk_year", "first", "second"], name="talk_pair_once"),
            models.CheckConstraint(name="talk_takes_two", condition=~models.Q(first=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} – {self.second_name}"


class TalkNote(models.Model):
    """The main points of a talk: open to the two and to the secretary, in a table of its own for that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    talk = models.OneToOneField(Talk, on_delete=models.CASCADE, related_name="note")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    first = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("main points"))
    talked_on = models.DateField()

    class Meta:
        db_table = "preparations_talk_note"

    def __str__(self) -> str:
        return str(self.talk_id)
