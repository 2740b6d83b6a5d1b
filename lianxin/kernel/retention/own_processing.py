"""What the kernel itself processes of people: accounts, sessions, the event log."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.processing import Processing

PROCESSING = (
    Processing(
        "kernel.accounts",
        _("Accounts and signing in"),
        _("everybody who signs in"),
        _("Knowing who signs in, and keeping others out"),
        (("PIPL", "13"), ("GBT22239", "")),
        lambda: [
            _("user name and name"),
            _("mobile number and its keyed hash"),
            _("hash of the password"),
            _("device and network address of a session"),
            _("failed sign-ins"),
        ],
        (),
        ("kernel.accounts", "kernel.sessions", "kernel.sign_in_guard"),
        _("Nobody."),
        sealed=("accounts.Account.phone",),
    ),
    Processing(
        "kernel.events",
        _("Event log"),
        _("everybody who acts, and those whose records are acted on"),
        _("Showing who did what, when and why; proving it; telling members who looked at their data"),
        (("CYBER", ""), ("GBT22239", ""), ("PIPL", "13")),
        lambda: [_("who, when, what, why"), _("old and new values, personal data masked")],
        ("audit.event:view",),
        ("kernel.events",),
        _("Nobody; the network authority where the law asks."),
    ),
)
