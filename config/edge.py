"""Settings of the edge: whom we believe, how often something may be asked, what may come in, where we may fetch."""

from config import environment as given

__all__ = [
    "CLAMAV",
    "FETCH_NETWORKS",
    "RATES",
    "RATE_LIMITS",
    "RATE_OF_ADDRESS",
    "RATE_OF_VIEW",
    "TRUSTED_PROXIES",
]

TRUSTED_PROXIES = given.env.list("LIANXIN_TRUSTED_PROXIES", ["127.0.0.1", "::1"])
RATE_LIMITS = given.env.bool("LIANXIN_RATE_LIMITS", True)


def _rate(name: str, *, account: str, address: str, reads: bool = False) -> dict[str, object]:
    """A rate, each limit of which the environment may change: LIANXIN_RATE_SIGN_IN_ADDRESS="120/m"."""
    variable = f"LIANXIN_RATE_{name.upper()}"
    return {
        "account": given.env.str(f"{variable}_ACCOUNT", account),
        "address": given.env.str(f"{variable}_ADDRESS", address),
        "reads": reads,
    }


# Source: our own choice. One address may be an office, or a village hall in which forty people claim their records.
RATES = {
    "page": _rate("page", account="600/m", address="6000/m", reads=True),
    "sign_in": _rate("sign_in", account="20/m", address="60/m"),
    "claim": _rate("claim", account="10/10m", address="60/10m"),
    "search": _rate("search", account="120/m", address="1200/m", reads=True),
    # A code on a wall is judged by its digest alone, before anything is read, and a whole hall has one address.
    "code": _rate("code", account="", address="", reads=True),
    "check": _rate("check", account="60/m", address="300/m", reads=True),
    "reveal": _rate("reveal", account="30/m", address="300/m"),
    "export": _rate("export", account="20/10m", address="200/10m"),
    "upload": _rate("upload", account="20/10m", address="200/10m"),
    "api": _rate("api", account="100/10s 6000/h", address="1000/10s", reads=True),
}
RATE_OF_ADDRESS = {"/api/": "api"}
# Views of libraries; ours declare theirs at the door: @screen(…, rate="export").
RATE_OF_VIEW = {
    "account_login": "sign_in",
    "mfa_login_webauthn": "sign_in",
    "mfa_authenticate": "sign_in",
    "account_reauthenticate": "sign_in",
    "mfa_reauthenticate": "sign_in",
    "mfa_reauthenticate_webauthn": "sign_in",
    "account_change_password": "sign_in",
    "mfa_activate_totp": "sign_in",
}

# clamd: a socket's path, or host:port. Empty: files are not scanned, and `lianxin doctor --security` says so.
CLAMAV = given.env.str("LIANXIN_CLAMAV", "")
# Networks of one's own (an intranet) into which addresses given on a screen may lead, beside the public internet.
FETCH_NETWORKS: list[str] = given.env.list("LIANXIN_FETCH_NETWORKS", [])
