"""A message, and each person it is for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.messaging.kinds import MessageKind, kind_of


class Message(models.Model):
    """What an organisation says to some people at one instant.

    `goes_at` is when it appears in inboxes: a reminder is written beforehand. `key` names the message to whoever sent
    it, so that it is sent once. `organisation_name` is what the organisation was called then: readers may not see it.
    `asked` is what a notice asks back, one entry for each answer: its label and the minutes it takes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    organisation_name = models.CharField(max_length=60, blank=True)
    subject = models.UUIDField()
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sender_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    goes_at = models.DateTimeField()
    must_read_by = models.DateField(null=True)
    due_on = models.DateField(null=True)
    asked = models.JSONField(default=list)
    escalated_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=160, null=True, unique=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "messaging_message"
        verbose_name = _("message")
        ordering = ["-goes_at", "-id"]
        indexes = [
            models.Index(fields=["organisation_path", "-goes_at", "-id"], name="message_by_place"),
            models.Index(fields=["subject"], name="message_by_subject"),
            models.Index(
                fields=["must_read_by"],
                name="message_to_escalate",
                condition=models.Q(must_read_by__isnull=False, escalated_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="message_has_a_title", condition=~models.Q(title="")),
            models.CheckConstraint(
                name="message_withdrawn_with_a_reason",
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(withdrawn_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_shown(self) -> MessageKind:
        """The declared kind."""
        return kind_of(self.kind)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the sender took it back."""
        return self.withdrawn_at is not None


class Recipient(models.Model):
    """One person a message is for: by account, by member's record, or both once the member has an account.

    Somebody without account stands here too, so that the sender knows who has to be told in another way. `read_at` is
    when it was opened; how long somebody read is never kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="recipients")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    goes_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_recipient"
        verbose_name = _("recipient")
        indexes = [
            models.Index(fields=["account", "-goes_at", "-id"], name="recipient_inbox"),
            models.Index(
                fields=["account", "-goes_at", "-id"],
                name="recipient_unread",
                condition=models.Q(read_at__isnull=True, is_withdrawn=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "account"],
                name="recipient_account_once",
                condition=models.Q(account__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["message", "member"], name="recipient_member_once", condition=models.Q(member__isnull=False)
            ),
            models.CheckConstraint(
                name="recipient_is_somebody",
                condition=models.Q(member__isnull=False) | models.Q(account__isnull=False),
            ),
            models.CheckConstraint(
                name="recipient_confirmed_is_read",
                condition=models.Q(confirmed_at__isnull=True) | models.Q(read_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.account_id or self.member_id}"

    @property
    def is_reachable(self) -> bool:
        """Whether the person can see it in the product."""
        return self.account_id is not None
