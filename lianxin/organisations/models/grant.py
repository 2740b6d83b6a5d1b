"""Grants: a role given to an account at a node of the tree, for a time; and requests where two persons are needed."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import ADMINISTRATORS, Role
from lianxin.kernel.db.ids import new_id
from lianxin.organisations.models.organisation import Organisation

ZONE = "Asia/Shanghai"


class Kind(models.TextChoices):
    """Whether a role is held, or borrowed for hours or days."""

    STANDING = "standing", _("held")
    BORROWED = "borrowed", _("borrowed")


class GrantFacts(models.Model):
    """What is given: which role to whom, where, when and why. A borrowed role ends at an instant, `ends_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    below = models.BooleanField(_("with all organisations below"), default=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.STANDING)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    reason = models.CharField(_("reason or document"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"


def _midnight(day: models.expressions.Combinable) -> Func:
    """The instant at which the day begins in Shanghai."""
    instant = Func(day, template="(%(expressions)s)::timestamp", output_field=models.DateTimeField())
    return Func(Value(ZONE), instant, function="timezone", output_field=models.DateTimeField())


_ENDS = Func(
    F("ends_at"),
    _midnight(Func(F("valid_until"), Value(1), template="%(expressions)s", arg_joiner=" + ")),
    function="coalesce",
    output_field=models.DateTimeField(),
)
PERIOD = Func(_midnight(F("valid_from")), _ENDS, Value("[)"), function="tstzrange")


def _alone(role: Role) -> ExclusionConstraint:
    """Whoever holds `role` holds no other role at the same time.

    [0,1) for the role and [1,2) for every other one: the two touch, each touches itself not. That says "different" with
    an operator of ranges, for the embedded database has no btree_gist (decision 1).
    """
    duty = Case(
        When(role=role.value, then=Func(Value(0), Value(1), function="int4range")),
        default=Func(Value(1), Value(2), function="int4range"),
    )
    return ExclusionConstraint(
        name=f"grant_{role.value}_alone",
        expressions=[
            (Func(F("account"), F("account"), Value("[]"), function="uuidrange"), "&&"),
            (duty, "-|-"),
            (PERIOD, "&&"),
        ],
        condition=Q(revoked_at__isnull=True),
    )


class Grant(GrantFacts):
    """A role at a node, with or without what lies below. It ends by its end or is revoked; it is never deleted.

    `granted_by` is nobody where the console or the product gave it; `confirmed_by` is the second person.
    """

    revoked_at = models.DateTimeField(null=True)
    granted_by = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        db_table = "organisations_grant"
        indexes = [
            models.Index(fields=["account"], name="grant_by_account", condition=models.Q(revoked_at__isnull=True)),
            models.Index(
                fields=["ends_at"],
                name="grant_borrowed",
                condition=models.Q(revoked_at__isnull=True, ends_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_lasts",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="grant_borrowed_ends",
                condition=models.Q(kind=Kind.STANDING, ends_at__isnull=True)
                | models.Q(kind=Kind.BORROWED, ends_at__isnull=False, valid_until__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_not_to_oneself",
                condition=(models.Q(granted_by__isnull=True) | ~models.Q(granted_by=models.F("account")))
                & (models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("account"))),
            ),
            models.CheckConstraint(
                name="grant_of_duty_by_two",
                condition=~models.Q(role__in=sorted(ADMINISTRATORS))
                | models.Q(granted_by__isnull=True)
                | (models.Q(confirmed_by__isnull=False) & ~models.Q(confirmed_by=models.F("granted_by"))),
            ),
            *(_alone(role) for role in sorted(ADMINISTRATORS)),
        ]


class Outcome(models.TextChoices):
    """What became of a request."""

    WAITING = "waiting", _("waiting for the second person")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired undecided")


class GrantRequest(GrantFacts):
    """A role that needs a second person. Nothing is in force until somebody else confirms; then there is a grant."""

    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True)
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, null=True, related_name="request")

    class Meta:
        db_table = "organisations_grant_request"
        indexes = [
            models.Index(fields=["expires_at"], name="grant_request_waiting", condition=models.Q(outcome="waiting"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation"],
                name="grant_request_once",
                condition=models.Q(outcome="waiting"),
            ),
            models.CheckConstraint(
                name="grant_request_of_somebody_else", condition=~models.Q(asked_by=models.F("account"))
            ),
            models.CheckConstraint(
                name="grant_request_two_persons",
                condition=~models.Q(outcome__in=["confirmed", "declined"])
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("asked_by"))
                    & ~models.Q(decided_by=models.F("account"))
                ),
            ),
            models.CheckConstraint(
                name="grant_request_gave",
                condition=models.Q(outcome="confirmed", grant__isnull=False)
                | (~models.Q(outcome="confirmed") & models.Q(grant__isnull=True)),
            ),
        ]
