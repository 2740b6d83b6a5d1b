"""An organisation as it is today, at its place in the tree, and every version it ever had."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from lianxin.kernel.db.bitemporal import Bitemporal, one_at_a_time
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.privacy.sealed import SealedField

if TYPE_CHECKING:

    class Tree(models.Manager["Organisation"]):
        """What we use of the tree library's manager, for type checking only."""

        def move(self, node: Organisation, target: Organisation, pos: str) -> None:
            """Put a node with its subtree under another."""


class UnitRelation(models.TextChoices):
    """How the organisation stands to the unit in which it works (national collection form of 2017)."""

    SAME_AS_PARENT = "same_as_parent", _("same as the higher organisation")
    LEGAL_ENTITY = "legal_entity", _("a legal entity of its own")
    JOINT = "joint", _("joint branch of several units")


class Organisation(MP_Node):  # type: ignore[misc] # the tree library has no types
    """A Party organisation today. The tree is a materialised path (decision 4): a subtree is a range of `path`.

    What it was called, under whom and whether it existed on another day stands in `OrganisationVersion`.
    The columns under "counted" are written by the database and the members module, never by hand.
    """

    if TYPE_CHECKING:
        objects: ClassVar[Tree]
        depth: int
        numchild: int

    steplen = STEP
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.CharField(max_length=255, unique=True, db_collation="C")
    code = models.CharField(_("code"), max_length=40, unique=True)
    external_code = models.CharField(_("code in the higher system"), max_length=40, blank=True)
    name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    pinyin = models.CharField(max_length=255, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")
    grams = ArrayField(models.CharField(max_length=3), default=list)
    org_type = models.CharField(_("kind"), max_length=24)
    affiliation = models.CharField(_("affiliation"), max_length=4, blank=True)
    unit_relation = models.CharField(_("situation of the unit"), max_length=24, blank=True, choices=UnitRelation)
    unit_name = models.CharField(_("unit"), max_length=120, blank=True)
    unit_credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    unit_nature = models.CharField(_("nature of the unit"), max_length=24, blank=True)
    unit_is_legal_entity = models.BooleanField(_("unit is a legal entity"), default=False)
    unit_count = models.PositiveSmallIntegerField(_("number of units covered"), default=1)
    is_village_or_community = models.BooleanField(_("in a village or community"), default=False)
    division_code = models.CharField(_("statistical division code"), max_length=12, blank=True)
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    phone = SealedField(_("telephone"), kind="phone")
    phone_masked = models.CharField(max_length=24, blank=True)
    instructor = models.CharField(_("Party-building instructor"), max_length=80, blank=True)
    includes_unmoved = models.BooleanField(_("includes members whose relation has not moved"), default=False)
    founded_on = models.DateField(_("founded on"))
    approval_no = models.CharField(_("number of the approving document"), max_length=80, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    # counted
    full_members = models.PositiveIntegerField(default=0)
    probationary_members = models.PositiveIntegerField(default=0)
    committee_seats = models.PositiveSmallIntegerField(default=0)
    secretary = models.CharField(_("secretary"), max_length=80, blank=True)
    term_ends_on = models.DateField(_("term ends on"), null=True)

    class Meta:
        db_table = "organisations_organisation"
        verbose_name = _("organisation")
        indexes = [
            # Children are counted from the index alone, or the level below a province would read every row of it.
            models.Index(fields=["depth", "path"], name="organisation_level", include=["founded_on", "dissolved_on"]),
            models.Index(
                fields=["path"],
                name="organisation_counts",
                include=["full_members", "probationary_members", "dissolved_on"],
            ),
            GinIndex(fields=["grams"], name="organisation_grams"),
            models.Index(fields=["name"], name="organisation_name", opclasses=["text_pattern_ops"]),
            models.Index(fields=["short_name"], name="organisation_short_name", opclasses=["text_pattern_ops"]),
            models.Index(fields=["pinyin"], name="organisation_pinyin"),
            models.Index(fields=["initials"], name="organisation_initials"),
            models.Index(fields=["term_ends_on", "path"], name="organisation_term"),
            models.Index(fields=["division_code"], name="organisation_division"),
        ]
        constraints = [
            models.CheckConstraint(
                name="organisation_lives_forward",
                condition=models.Q(dissolved_on__isnull=True) | models.Q(dissolved_on__gte=models.F("founded_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def members(self) -> int:
        """Full and probationary members who belong to this organisation itself."""
        return self.full_members + self.probationary_members


class OrganisationVersion(Bitemporal):
    """What an organisation was called, of which kind and under whom, from day to day (decision 4)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    org_type = models.CharField(max_length=24)
    document_no = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "organisations_version"
        constraints = [one_at_a_time("organisation_id", "organisation_one_version_a_day")]
        indexes = [models.Index(fields=["parent", "organisation"], name="version_by_parent")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid}"


class Succession(models.Model):
    """Where an organisation went or came from in a merger or split."""

    class Kind(models.TextChoices):
        """How one followed the other."""

        MERGED = "merged", _("merged into")
        SPLIT = "split", _("split off as")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    earlier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successors")
    later = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    event_id = models.UUIDField()

    class Meta:
        db_table = "organisations_succession"

    def __str__(self) -> str:
        return f"{self.earlier_id} {self.kind} {self.later_id}"
