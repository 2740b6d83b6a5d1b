"""Accounts: who can sign in. A person is a member's record or somebody outside; an account only opens doors."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.kernel.privacy.sealed import SealedField
from lianxin.kernel.time import now


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts for commands and tests."""

    def create_account(
        self, username: str, password: str | None, *, name: str, phone_digest: bytes | None = None
    ) -> "Account":
        """A new account with a hashed password; None sets one that never matches."""
        account = self.model(username=username, name=name, phone_digest=phone_digest)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who can sign in. `member_id` is the claimed record; the members module writes it when it is claimed.

    `must_change_password` is set while the password is a temporary one that somebody else has seen.
    `created_by` is the account of the administrator who made it; nobody for accounts made by commands or by claiming.
    `enabled_at` is when it was made or reactivated: from then on it can fall asleep (see actions.dormancy).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-zA-Z][a-zA-Z0-9_.-]{2,39}$",
                _("Use 3 to 40 letters, digits, dots or hyphens; begin with a letter."),
            )
        ],
    )
    name = models.CharField(_("person’s name"), max_length=80)
    phone = SealedField(kind="phone", editable=False)
    phone_digest = DigestField(source="phone", null=True, unique=True, editable=False)
    member_id = models.UUIDField(null=True, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(default=now)
    enabled_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.UUIDField(null=True, editable=False)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "kernel_account"
        verbose_name = _("account")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="account_one_name_whatever_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        """Its page, for administrators."""
        return reverse("accounts_account", kwargs={"account": self.pk})

    def get_full_name(self) -> str:
        """What the screens call the person."""
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Hash the password and note when; `save` puts it into the history (see passwords.HistoryValidator)."""
        super().set_password(raw_password)
        self.password_changed_at = now()


class PasswordHistory(models.Model):
    """A password an account had, hashed, so that it is not used again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="earlier_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_password_history"
        indexes = [models.Index(fields=["account", "-at"], name="password_history_recent")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d}"


class SignInGuard(models.Model):
    """The recent failures to sign in for one door, and until when the door is locked.

    A door (`key`) is an account, a name that belongs to no account (so that both look alike), or a network address.
    """

    key = models.CharField(max_length=80, primary_key=True)
    failures = ArrayField(models.DateTimeField(), default=list)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_sign_in_guard"

    def __str__(self) -> str:
        return self.key
