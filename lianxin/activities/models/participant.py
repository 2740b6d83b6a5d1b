"""Who is invited to an activity, what they answered, whether they came; and who is excused from coming at all."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.models.activity import Activity
from lianxin.kernel.db.ids import new_id


class Participant(models.Model):
    """A member invited to an activity: one row each, for the reply, the leave and the attendance.

    The name and the organisation are those at the time of the invitation: lists of an activity held stay as they were.
    `signed_at` is when somebody came, by the clock of the server (or of the phone that kept the list, corrected by it);
    `nonce` names the sign-in, so that the same one sent twice is one.
    """

    class Role(models.TextChoices):
        """As what the person takes part."""

        MEMBER = "member", _("member")
        OBSERVER = "observer", _("observer from above")
        GUEST = "guest", _("guest")

    class Reply(models.TextChoices):
        """What the person answered to the invitation."""

        NONE = "none", _("no reply yet")
        COMING = "coming", _("coming")
        LEAVE_ASKED = "leave_asked", _("asks for leave")
        LEAVE_GIVEN = "leave_given", _("on leave")
        DECLINED = "declined", _("leave not given")

    class Attendance(models.TextChoices):
        """Whether the person came."""

        UNKNOWN = "unknown", _("not yet known")
        PRESENT = "present", _("present")
        LATE = "late", _("came late")
        ABSENT = "absent", _("absent")

    class How(models.TextChoices):
        """By what the attendance is known."""

        QR = "qr", _("scanned the code")
        LIST = "list", _("ticked on the list")
        OFFLINE = "offline", _("ticked without network")
        REPORT = "report", _("recorded afterwards")
        CLOSED = "closed", _("attendance closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="participants")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    member_organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    member_path = models.CharField(max_length=255, db_collation="C", editable=False)
    name = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=255, db_collation="C", blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    may_vote = models.BooleanField(default=False)
    is_excused = models.BooleanField(default=False)
    reply = models.CharField(max_length=12, choices=Reply, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True)
    leave_reason = models.CharField(pgettext_lazy("of an excuse", "reason"), max_length=200, blank=True)
    leave_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proxy_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proxy_for = models.CharField(max_length=80, blank=True)
    attendance = models.CharField(max_length=8, choices=Attendance, default=Attendance.UNKNOWN)
    signed_at = models.DateTimeField(null=True)
    signed_how = models.CharField(max_length=8, choices=How, blank=True)
    signed_by = models.UUIDField(null=True)
    nonce = models.UUIDField(null=True)

    class Meta:
        db_table = "activities_participant"
        ordering = ["pinyin", "id"]
        indexes = [
            models.Index(fields=["member", "activity"], name="participant_of_member"),
            models.Index(fields=["member_organisation", "activity"], name="participant_by_branch"),
            models.Index(fields=["organisation_path"], name="participant_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="participant_once"),
            models.UniqueConstraint(
                fields=["activity", "nonce"], condition=models.Q(nonce__isnull=False), name="participant_nonce_once"
            ),
            models.CheckConstraint(
                name="participant_present_says_when",
                condition=~models.Q(attendance__in=["present", "late"])
                | (models.Q(signed_at__isnull=False) & ~models.Q(signed_how="")),
            ),
            models.CheckConstraint(
                name="participant_leave_says_why",
                condition=~models.Q(reply__in=["leave_asked", "leave_given"]) | ~models.Q(leave_reason=""),
            ),
            models.CheckConstraint(
                name="participant_only_members_vote",
                condition=models.Q(may_vote=False) | models.Q(role="member"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def came(self) -> bool:
        """Whether the person was there, in time or late."""
        return self.attendance in {self.Attendance.PRESENT, self.Attendance.LATE}


class Excuse(models.Model):
    """A member whom the organisation does not expect: old, infirm, ill or disabled. Source: EDU 23.

    Left out of every rate while it lasts, never shown as absent; with a reason, and who approved.
    """

    class Ground(models.TextChoices):
        """Why the member is not expected."""

        AGE = "age", _("old age")
        ILLNESS = "illness", _("long illness")
        DISABILITY = "disability", _("disability")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    member_name = models.CharField(max_length=80)
    ground = models.CharField(pgettext_lazy("of an excuse", "ground"), max_length=12, choices=Ground)
    reason = models.CharField(pgettext_lazy("of an excuse", "reason"), max_length=200, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by_name = models.CharField(max_length=80)
    since = models.DateField(pgettext_lazy("of an excuse", "since"))
    until = models.DateField(pgettext_lazy("of an excuse", "until"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "activities_excuse"
        ordering = ["since", "id"]
        indexes = [
            models.Index(fields=["organisation_path"], name="excuse_by_place"),
            models.Index(fields=["member"], name="excuse_of_member"),
        ]
        constraints = [
            models.CheckConstraint(
                name="excuse_runs_forward",
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
            ),
            ExclusionConstraint(
                name="excuse_once_a_day",
                expressions=[
                    (Func(F("member"), F("member"), Value("[]"), function="uuidrange"), "&&"),
                    (Func(F("organisation"), F("organisation"), Value("[]"), function="uuidrange"), "&&"),
                    (Func(F("since"), F("until"), function="daterange"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.member_name
