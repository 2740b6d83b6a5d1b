"""Accounts: who can sign in. A person is a member's record or somebody outside the register; an account only opens doors."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts for commands and tests."""

    def create_account(self, username: str, password: str | None, *, name: str, phone_digest: bytes | None = None) -> "Account":
        """A new account with a hashed password; None sets one that never matches."""
        account = self.model(username=username, name=name, phone_digest=phone_digest)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who can sign in. `member_id` is the claimed record; the members module writes it when it is claimed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-zA-Z][a-zA-Z0-9_.-]{2,39}$", _("Use 3 to 40 letters, digits, dots or hyphens; begin with a letter."))],
    )
    name = models.CharField(_("name"), max_length=80)
    phone_digest = models.BinaryField(null=True, unique=True, editable=False)
    member_id = models.UUIDField(null=True, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "kernel_account"
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """What the screens call the person."""
        return self.name
