"""Settings of signing in: allauth does the work, these say how."""

from datetime import timedelta

from config import environment as given

__all__ = [
    "ACCOUNT_ADAPTER",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_FORMS",
    "ACCOUNT_LOGIN_METHODS",
    "ACCOUNT_LOGOUT_ON_GET",
    "ACCOUNT_LOGOUT_REDIRECT_URL",
    "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_REAUTHENTICATION_TIMEOUT",
    "ACCOUNT_SESSION_REMEMBER",
    "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD",
    "AUTH_PASSWORD_VALIDATORS",
    "MFA_ADAPTER",
    "MFA_FORMS",
    "MFA_PASSKEY_LOGIN_ENABLED",
    "MFA_SUPPORTED_TYPES",
    "MFA_TOTP_ISSUER",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "SECOND_FACTOR",
    "SESSION_COOKIE_AGE",
    "USERSESSIONS_TRACK_ACTIVITY",
]

ACCOUNT_ADAPTER = "lianxin.kernel.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "lianxin.kernel.accounts.forms.SignInForm",
    "change_password": "lianxin.kernel.accounts.forms.NewPasswordForm",
    "reauthenticate": "lianxin.kernel.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}  # the backend also takes a mobile number there
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_RATE_LIMITS = False  # floods: config.edge, for all processes together; lock-out proper is in accounts.lockout

SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())  # accounts.clock ends sessions earlier, by rule
USERSESSIONS_TRACK_ACTIVITY = False  # accounts.clock notes the last act, once a minute

MFA_ADAPTER = "lianxin.kernel.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "lianxin.kernel.accounts.second_factor.CodeForm",
    "reauthenticate": "lianxin.kernel.accounts.second_factor.ConfirmCodeForm",
    "activate_totp": "lianxin.kernel.accounts.second_factor.ActivateAppForm",
    "add_webauthn": "lianxin.kernel.accounts.second_factor.AddKeyForm",
    "edit_webauthn": "lianxin.kernel.accounts.second_factor.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Lianxin"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not given.PRODUCTION  # keys on http://localhost; never in production
SECOND_FACTOR = given.second_factor()  # of whom it is required

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "lianxin.kernel.accounts.passwords.StrengthValidator"},
    {"NAME": "lianxin.kernel.accounts.passwords.HistoryValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
