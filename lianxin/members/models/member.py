"""A member as believed today, and what was and is believed about every other day."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models.functions import Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.bitemporal import Bitemporal, one_at_a_time
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.kernel.privacy.sealed import SealedField
from lianxin.rules.facade import Verdict

RARE = {
    "lost": models.Q(is_lost=True),
    "floating": models.Q(is_floating=True),
    "hardship": models.Q(is_in_hardship=True),
    "suspended": models.Q(membership_status="suspended"),
    "gone": models.Q(membership_status__in=["exited", "deceased", "transferred_out"]),
    "minority": ~models.Q(ethnic_group="01"),
    "probationary": models.Q(person_category="probationary"),
}
IN_REGISTER = ("normal", "restored", "suspended")
"""The statuses of those who belong to an organisation; the database demands one membership of each of them."""
TAKES_PART = ("normal", "restored")
"""Of those the ones who take part in organisation life; membership that is suspended rests. Source: DISPOSAL."""


def _tail(masked: str) -> "models.GeneratedField":
    """The last four places of a number, which its mask shows."""
    return models.GeneratedField(
        expression=Right(masked, 4), output_field=models.CharField(max_length=4), db_persist=True, editable=False
    )


class Member(models.Model):
    """A member's record today: what lists, searches and pages read.

    `organisation` and the facts repeat what `Membership` and `MemberRecord` say of today; the same actions write both.
    `organisation_path` follows the organisation's place (a trigger), so any subtree's roster is a range of one index.
    `restricted` names the facts whose use the member had restricted (a trigger, from `RightsRequest`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("of a member", "organisation"),
    )
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    name = models.CharField(_("name"), max_length=80)
    pinyin = models.CharField(max_length=255, db_collation="C", editable=False)
    initials = models.CharField(max_length=60, db_collation="C", editable=False)
    sex = models.CharField(_("sex"), max_length=1)
    ethnic_group = models.CharField(_("ethnic group"), max_length=2)
    birth_date = models.DateField(_("date of birth"))
    education = models.CharField(_("education"), max_length=4, blank=True)
    degree = models.CharField(_("degree"), max_length=4, blank=True)
    person_category = models.CharField(_("category"), max_length=16)
    joined_on = models.DateField(_("joined the Party on"))
    converted_on = models.DateField(_("became a full member on"), null=True, blank=True)
    work_post = models.CharField(_("work post"), max_length=24, blank=True)
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    frontline = models.CharField(_("front line"), max_length=24, blank=True)
    new_social_stratum = models.CharField(_("new social stratum"), max_length=24, blank=True)
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    membership_status = models.CharField(_("membership status"), max_length=16, default="normal")
    status_since = models.DateField(_("status since"), null=True, blank=True)
    exit_type = models.CharField(_("how the member left"), max_length=32, blank=True)
    is_lost = models.BooleanField(_("out of contact"), default=False)
    lost_since = models.DateField(_("out of contact since"), null=True, blank=True)
    is_floating = models.BooleanField(_("floating member"), default=False)
    flow_to = models.CharField(_("floated to"), max_length=120, blank=True)
    is_in_hardship = models.BooleanField(_("in hardship"), default=False)
    remarks = models.TextField(_("remarks"), blank=True)

    id_number = SealedField(_("identity number"), kind="id_number")
    id_number_digest = DigestField(source="id_number", null=True, editable=False)
    id_number_masked = models.CharField(max_length=18, blank=True, editable=False)
    mobile = SealedField(_("mobile"), kind="phone")
    mobile_digest = DigestField(source="mobile", null=True, editable=False)
    mobile_masked = models.CharField(max_length=24, blank=True, editable=False)
    landline = SealedField(_("landline"), kind="phone")
    landline_masked = models.CharField(max_length=24, blank=True, editable=False)
    home_address = SealedField(_("home address"), kind="address")
    home_address_masked = models.CharField(max_length=200, blank=True, editable=False)

    # Columns rather than indexes on an expression: row security lets an index answer only what compares columns.
    id_number_tail = _tail("id_number_masked")
    mobile_tail = _tail("mobile_masked")

    restricted = models.JSONField(default=list, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    warnings: Sequence[Verdict] = ()
    """What the rules say of the record, set by the act that returned it; never a reason to refuse."""

    class Meta:
        db_table = "members_member"
        verbose_name = _("member")
        indexes = [
            models.Index(fields=["organisation_path", "pinyin", "id"], name="member_roster"),
            models.Index(fields=["pinyin", "id"], name="member_pinyin"),
            models.Index(fields=["initials", "id"], name="member_initials"),
            models.Index(fields=["name"], name="member_name", opclasses=["text_pattern_ops"]),
            models.Index(fields=["id_number_tail"], name="member_id_tail"),
            models.Index(fields=["mobile_tail"], name="member_mobile_tail"),
            models.Index(fields=["mobile_digest"], name="member_mobile"),
            models.Index(fields=["name", "birth_date"], name="member_name_birth"),
            # What is rare is found by an index of its own; what is common is found soon by walking the roster.
            *(
                models.Index(fields=["organisation_path", "pinyin", "id"], name=f"member_{name}", condition=condition)
                for name, condition in RARE.items()
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_digest"],
                name="member_id_number_once",
                condition=models.Q(id_number_digest__isnull=False),
            ),
            models.CheckConstraint(
                name="member_full_since_joining",
                condition=models.Q(converted_on__isnull=True) | models.Q(converted_on__gte=models.F("joined_on")),
            ),
            models.CheckConstraint(
                name="member_joined_after_birth", condition=models.Q(joined_on__gt=models.F("birth_date"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The member's page in the workbench."""
        return reverse("members:detail", args=[self.pk])

    @property
    def is_in_register(self) -> bool:
        """Whether the member belongs to an organisation today (a suspended member does)."""
        return self.membership_status in IN_REGISTER


class Membership(Bitemporal):
    """To which organisation a member belongs, from day to day: exactly one at any instant (decision 5)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    document_no = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "members_membership"
        constraints = [one_at_a_time("member_id", "membership_one_at_a_time")]
        indexes = [models.Index(fields=["organisation", "member"], name="membership_by_organisation")]

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.organisation_id} {self.valid}"


class MemberRecord(Bitemporal):
    """What a member's facts are, from day to day, as believed from instant to instant.

    `facts` holds the coded fields by their identifier; personal data in it stays sealed (see kernel.privacy.sealed).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="records")
    facts = models.JSONField()

    class Meta:
        db_table = "members_record"
        constraints = [one_at_a_time("member_id", "record_one_at_a_time")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.valid}"
