"""Settings of the Django project. What an operator may change comes from `config.environment`."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from config import environment as given
from lianxin.kernel.db.server import addresses, django_settings

BASE_DIR = given.BASE
VAR_DIR = given.VAR
DEBUG = given.DEBUG
SECRET_KEY = given.secret_key()
ALLOWED_HOSTS = given.HOSTS
DEMONSTRATION = given.DEMONSTRATION
PRODUCTION = given.PRODUCTION

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_vite",
    "template_partials.apps.SimpleAppConfig",
    "lianxin.kernel.accounts",  # before allauth: its templates and words win
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "lianxin.kernel",
    "lianxin.kernel.ui",
    "lianxin.kernel.edge",
    "lianxin.kernel.privacy",
    "lianxin.rules",
    "lianxin.organisations",
    "lianxin.members",
    "lianxin.files",
    "lianxin.disclosure",
    "lianxin.messaging",
    "lianxin.duties",
    "lianxin.activities",
    "lianxin.appraisals",
    "lianxin.preparations",
    "lianxin.ceremonies",
    "lianxin.ledgers",
    "lianxin.portal",
    "lianxin.workbench",
    "lianxin.workbench.audit",
    "lianxin.api",
]

MIDDLEWARE = [
    "lianxin.kernel.edge.addresses.ProxyMiddleware",
    "lianxin.kernel.web.middleware.EdgeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "lianxin.kernel.edge.middleware.RateMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lianxin.kernel.web.middleware.ActorMiddleware",
    "lianxin.kernel.accounts.clock.SessionClockMiddleware",
    "lianxin.kernel.accounts.gate.GateMiddleware",
    "lianxin.kernel.web.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lianxin.api.problems.ProblemMiddleware",
    "lianxin.api.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "lianxin.kernel.web.context.shell",
                "lianxin.kernel.accounts.context.account",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "lianxin.kernel.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "lianxin.kernel.ui.forms.Renderer"

# --- database: the web process is the application role, which owns nothing (decision 7)

DATABASE_ADDRESSES = addresses()
_default = django_settings(DATABASE_ADDRESSES.owner if given.ROLE == "owner" else DATABASE_ADDRESSES.app)
DATABASES = {
    "default": {
        **_default,
        "OPTIONS": {
            **_default["OPTIONS"],
            "pool": {"min_size": 1, "max_size": given.env.int("LIANXIN_POOL", 8), "timeout": 10},
            "application_name": "lianxin",
        },
        "CONN_HEALTH_CHECKS": True,  # after the database was restarted the pool holds connections that are none
        "TEST": {"NAME": "test_lianxin"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["lianxin.kernel.accounts.backends.NameOrPhoneBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_NAME = "__Host-lx_session" if PRODUCTION else "lx_session"  # bound to this host and to HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# --- personal data

KEY_RING = given.KEY_RING
KEY_RING_FILE = VAR_DIR / "keys.json"
SEAL_WITH = given.SEAL_WITH  # the cipher of new keys
DEFAULT_EXCEPTION_REPORTER_FILTER = "lianxin.kernel.privacy.error_reports.NoValues"
CRYPTOGRAPHY_PROVIDER = given.env.str("LIANXIN_CRYPTOGRAPHY", "lianxin.kernel.privacy.ciphers.OpenSsl")
ACCEPT_TEST_PERSONS = DEMONSTRATION or given.env.bool("LIANXIN_ACCEPT_TEST_PERSONS", False)

# --- how long records are kept: own numbers within what the rules allow, as retention.files.days=3

RETENTION_PERIODS: dict[str, int] = given.env.dict("LIANXIN_RETENTION", {}, subcast_values=int)
RETENTION_DAILY = given.env.bool("LIANXIN_RETENTION_DAILY", False)

# --- the event log and jobs

EVENT_LOG_DIGEST = given.env.str("LIANXIN_EVENT_LOG_DIGEST", "sha256")  # or sm3
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [  # plain Python, not apps
    BASE_DIR / "lianxin" / "kernel" / "spreadsheets" / "locale",
    BASE_DIR / "lianxin" / "cli" / "locale",
]
LANGUAGE_COOKIE_NAME = "lx_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
CLEAR_FOLDER = FILE_UPLOAD_TEMP_DIR = VAR_DIR / "clear"  # lianxin.kernel.privacy.clear says why
MEDIA_URL = "/no-public-files/"  # files are served by views that ask who is asking
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json",
        "static_url_prefix": "",
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# In the database, for all processes share it: a one-time code that one process took is used up for the others too.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "edge_cache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "lianxin.kernel.privacy.texts.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Lines about what is registered, at every start of every process, say nothing.
    "loggers": {"procrastinate.blueprints": {"level": "WARNING"}, "procrastinate.periodic": {"level": "WARNING"}},
}

from config.edge import *  # noqa: E402, F403 - the edge has a page of its own
from config.messaging import *  # noqa: E402, F403 - so have messages
from config.sign_in import *  # noqa: E402, F403 - allauth's settings fill a page of their own
