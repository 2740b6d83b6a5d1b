"""Secrets in calendar addresses."""

from django.utils.crypto import salted_hmac

SALT = "duties.feed"


def digest_of_secret(secret: str) -> str:
    """Under which a feed is found: a hash keyed with the installation's own key."""
    return salted_hmac(SALT, secret, algorithm="sha256").hexdigest()
