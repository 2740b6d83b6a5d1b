"""Accounts: passwords everybody knows, second factors, accounts nobody uses, separated duties."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.cli.evidence import Check, bad, good, remark
from lianxin.cli.security.controls import Control
from lianxin.cli.security.stored import names, rows
from lianxin.kernel.time import today

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.cli.findings import State

    Seen = Iterator[tuple[State, str, str]]

KNOWN_PASSWORDS = ("Lianxin-2026", "admin", "password", "123456", "Admin@123", "Lianxin@2026")
"""The demonstration's, which is in the README, and what people are used to."""
USUAL_NAMES = (
    "admin",
    "administrator",
    "root",
    "test",
    "guest",
    "clerk",
    "beisong",
    "town",
    "secretary",
    "member",
    "viewer",
)
MOST_TRIED = 60
"""A password takes a tenth of a second to try, on purpose."""
DORMANT_DAYS = 90
"""source: usual expectation of assessors, see the rule on dormant accounts."""
_STAFF: LiteralString = (
    "SELECT DISTINCT g.account_id FROM organisations_grant g JOIN kernel_account a ON a.id = g.account_id "
    "WHERE g.revoked_at IS NULL AND g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until >= %s) "
    "AND a.is_active"
)
"""Takes the day twice: that of Shanghai, which the database, kept in UTC, does not know."""
_DUTIES = ("system_administrator", "security_administrator", "auditor")


def checks() -> tuple[Check, ...]:
    """What is looked at."""
    return (
        Check("known_passwords", Control.identity, gettext_lazy("Known passwords"), _known_passwords),
        Check("second_factor", Control.identity, gettext_lazy("Second factor"), _second_factor),
        Check("dormant", Control.identity, gettext_lazy("Dormant accounts"), _dormant),
        Check("temporary", Control.identity, gettext_lazy("Temporary passwords"), _temporary),
        Check("duties", Control.access, gettext_lazy("Separated duties"), _duties),
        Check("sessions", Control.residue, gettext_lazy("Ended sessions"), _sessions),
    )


def _known_passwords() -> Seen:
    tried = rows(
        "SELECT username, password FROM kernel_account WHERE is_active AND (lower(username) = ANY(%s) "  # noqa: S608 - ours
        "OR id IN (" + _STAFF + ")) ORDER BY lower(username) = ANY(%s) DESC, created_at LIMIT %s",
        list(USUAL_NAMES),
        today(),
        today(),
        list(USUAL_NAMES),
        MOST_TRIED,
    )
    weak = [name for name, kept in tried if any(check_password(one, kept) for one in KNOWN_PASSWORDS)]
    if weak:
        yield bad(
            _("these accounts have a password that everybody knows: %(names)s.") % {"names": ", ".join(weak)},
            _("Change the passwords, or close the accounts. Never work with real data in a demonstration."),
        )
    else:
        yield good(_("none of %(number)d accounts tried has a password that everybody knows.") % {"number": len(tried)})


def _second_factor() -> Seen:
    without = names(
        "SELECT a.username FROM kernel_account a WHERE a.id IN (" + _STAFF + ") AND NOT EXISTS ("  # noqa: S608 - ours
        "SELECT 1 FROM mfa_authenticator m WHERE m.user_id = a.id AND m.type IN ('totp', 'webauthn')) ORDER BY 1",
        today(),
        today(),
    )
    if settings.SECOND_FACTOR != "staff":
        yield bad(_("a second factor is not asked of every staff role."), _("Set LIANXIN_SECOND_FACTOR=staff."))
    if without:
        shown = ", ".join(without[:5])
        yield bad(
            _("%(number)d staff accounts have no second factor: %(names)s.") % {"number": len(without), "names": shown},
            _("Have them sign in and set up an app or a key; until then close what they do not need."),
        )
    else:
        yield good(_("every staff account has a second factor."))


def _dormant() -> Seen:
    found = names(
        "SELECT username FROM kernel_account WHERE is_active "
        "AND coalesce(last_login, created_at) < now() - make_interval(days => %s) ORDER BY 1",
        DORMANT_DAYS,
    )
    if found:
        yield remark(
            _("%(number)d open accounts have not been used for %(days)d days: %(names)s.")
            % {"number": len(found), "days": DORMANT_DAYS, "names": ", ".join(found[:5])},
            _("Close those that are no longer needed."),
        )
    else:
        yield good(_("every open account was used in the last %(days)d days.") % {"days": DORMANT_DAYS})


def _temporary() -> Seen:
    found = names(
        "SELECT username FROM kernel_account WHERE is_active AND must_change_password "
        "AND password_changed_at < now() - interval '7 days' ORDER BY 1"
    )
    if found:
        yield remark(
            _("%(number)d temporary passwords are older than a week: %(names)s.")
            % {"number": len(found), "names": ", ".join(found[:5])},
            _("Set them anew when the person is there, or close the account."),
        )
    else:
        yield good(_("no temporary password is older than a week."))


def _duties() -> Seen:
    held = rows(
        "SELECT a.username, array_agg(DISTINCT g.role::text) FROM organisations_grant g "
        "JOIN kernel_account a ON a.id = g.account_id WHERE g.revoked_at IS NULL AND a.is_active "
        "AND g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until >= %s) GROUP BY 1",
        today(),
        today(),
    )
    both = sorted(name for name, roles in held if len(roles) > 1 and set(roles) & set(_DUTIES))
    missing = [duty for duty in _DUTIES if not any(duty in roles for _name, roles in held)]
    if both:
        yield bad(
            _("these accounts hold an administrator's duty beside another role: %(names)s.")
            % {"names": ", ".join(both)},
            _("Give each of the three duties to a person of its own."),
        )
    if missing:
        yield bad(
            _("nobody holds the duty of: %(names)s.") % {"names": ", ".join(missing)},
            _("Appoint a system administrator, a security administrator and an auditor: three persons."),
        )
    if not both and not missing:
        yield good(_("system administrator, security administrator and auditor are different persons."))


def _sessions() -> Seen:
    ((left,),) = rows("SELECT count(*) FROM django_session WHERE expire_date < now() - interval '7 days'")
    if left:
        yield remark(
            _("%(number)d sessions that ended more than a week ago are still stored.") % {"number": left},
            _("Run `lianxin manage clearsessions`, or see that the worker runs."),
        )
    else:
        yield good(_("sessions that ended are removed."))
