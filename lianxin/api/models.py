"""Tokens of programs, and answers kept so that a repeated write is not done twice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.sealed import SealedField


class Token(models.Model):
    """A program's key: acts for an account, narrowed to some permissions. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("what it is for"), max_length=80)
    digest = models.BinaryField(unique=True)
    tail = models.CharField(max_length=4)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("may"))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("tokens:token", kwargs={"token": self.pk})


class KeptAnswer(models.Model):
    """The answer to a write sent with an Idempotency-Key; sent again instead of doing the write again."""

    id = models.BigAutoField(primary_key=True)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField()
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = SealedField(kind="api_answer")
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_kept_answer"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_kept_once")]

    def __str__(self) -> str:
        return self.key
