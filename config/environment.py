"""The environment, read once, typed, failing loudly. docs/operations.md lists every name."""

from pathlib import Path

from environs import Env

env = Env()

BASE = Path(__file__).resolve().parent.parent
VAR = Path(env.str("LIANXIN_VAR", str(BASE / "var")))
DEBUG = env.bool("LIANXIN_DEBUG", False)
PRODUCTION = env.bool("LIANXIN_PRODUCTION", False)
DEMONSTRATION = env.bool("LIANXIN_DEMONSTRATION", (VAR / "demonstration").exists())
HOSTS = env.list("LIANXIN_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
ROLE = env.str("LIANXIN_ROLE", "app", validate=lambda role: role in {"app", "owner"})
KEY_RING = env.str("LIANXIN_KEY_RING", "")
SEAL_WITH = env.str("LIANXIN_SEAL_WITH", "aes-256-gcm", validate=lambda name: name in {"aes-256-gcm", "sm4-gcm"})


def secret_key() -> str:
    """The signing key: from LIANXIN_SECRET_KEY, or made once and kept in var/secret_key."""
    given = env.str("LIANXIN_SECRET_KEY", "")
    if given:
        return given
    import secrets  # noqa: PLC0415 - only where none is given

    path = VAR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def second_factor() -> str:
    """Of whom a second factor is required: of all staff; a demonstration, where passwords are printed, asks nobody.

    Raises:
        EnvValidationError: the value is unknown, or "nobody" in production.
    """
    allowed = {"staff", "administrators"} if PRODUCTION else {"staff", "administrators", "nobody"}
    default = "nobody" if DEMONSTRATION and not PRODUCTION else "staff"
    return env.str("LIANXIN_SECOND_FACTOR", default, validate=lambda value: value in allowed)
