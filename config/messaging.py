"""Settings of messages: how they leave the product. Nothing is set up by default; the inbox always works."""

from config import environment as given

__all__ = [
    "BURDEN_MONTHLY_MINUTES",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "MESSAGES_SMS",
    "MESSAGES_WECHAT",
    "OATH_TEXT",
    "PUBLIC_ADDRESS",
    "VAPID_CONTACT",
    "VAPID_FILE",
]

PUBLIC_ADDRESS = given.env.str("LIANXIN_ADDRESS", "").rstrip("/")  # as people type it: https://dj.example.gov.cn

_TLS = given.env.str("LIANXIN_EMAIL_TLS", "starttls", validate=lambda value: value in {"starttls", "tls", "none"})
EMAIL_HOST = given.env.str("LIANXIN_EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = given.env.int("LIANXIN_EMAIL_PORT", 465 if _TLS == "tls" else 587)
EMAIL_HOST_USER = given.env.str("LIANXIN_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = given.env.str("LIANXIN_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = _TLS == "starttls"
EMAIL_USE_SSL = _TLS == "tls"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = given.env.str("LIANXIN_EMAIL_FROM", EMAIL_HOST_USER or "lianxin@localhost")

MESSAGES_SMS = given.env.str(
    "LIANXIN_SMS", "log"
)  # "log", or the dotted path of a class of lianxin.messaging.ports.sms
MESSAGES_WECHAT = given.env.str("LIANXIN_WECHAT", "log")

VAPID_FILE = given.VAR / "vapid.pem"
VAPID_CONTACT = given.env.str("LIANXIN_PUSH_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")

BURDEN_MONTHLY_MINUTES = given.env.int("LIANXIN_BURDEN_MONTHLY_MINUTES", None)  # else the rule's number
OATH_TEXT = given.env.str("LIANXIN_OATH_TEXT", "")  # a text file with the oath as the constitution has it
