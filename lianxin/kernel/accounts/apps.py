"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who can sign in."""

    name = "lianxin.kernel.accounts"
    label = "accounts"
    verbose_name = "accounts"
