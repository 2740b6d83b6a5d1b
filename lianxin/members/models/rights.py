"""What members ask for about the use of their own data, and what they consent to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.members.models.member import Member


class RightsRequest(models.Model):
    """A member asks that a fact be used no further, or be deleted; the branch decides by `due_on`.

    `field` is a fact's name, or "record" for the whole record. An accepted restriction is in force until it is lifted;
    the database then keeps the fact's name in `Member.restricted` (a trigger), which is what every screen reads.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        RESTRICT = "restrict", _("restrict its use")
        DELETE = "delete", _("delete it")

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("waiting for the branch")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LIFTED = "lifted", _("lifted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="rights_requests")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    field = models.CharField(max_length=40)
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    by_consent = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("answer due on"))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_rights_request"
        indexes = [
            models.Index(
                fields=["organisation_path", "due_on"], name="rights_request_open", condition=models.Q(state="open")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "field"],
                condition=models.Q(state="open"),
                name="rights_one_open_request",
            ),
            models.UniqueConstraint(
                fields=["member", "field"],
                condition=models.Q(state="accepted", kind="restrict"),
                name="rights_one_restriction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.field} {self.state}"


class Consent(models.Model):
    """A consent: to which wording (version and digest), when, by whom, on which paper; withdrawn or in force.

    `signed_on` and `document_no` are of the paper, where the branch recorded a signed one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    text = models.CharField(max_length=40)
    version = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)
    is_paper = models.BooleanField(default=False)
    signed_on = models.DateField(_("signed on"), null=True)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawal_document_no = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "members_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "text"], condition=models.Q(withdrawn_at__isnull=True), name="consent_one_in_force"
            ),
            models.CheckConstraint(
                name="consent_paper_has_a_day",
                condition=models.Q(is_paper=False) | (models.Q(signed_on__isnull=False) & ~models.Q(document_no="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.version}"
