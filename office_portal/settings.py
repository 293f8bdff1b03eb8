"""All settings, read from the environment (docs/operating.md lists them).

Secure by default: a bare start is a production start and stops with one clear line when a secret is missing.
`PORTAL_URL` is the one configured origin: links in mails are built from it, and an https origin switches on secure
cookies and HSTS.
"""

import sys
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

from office_portal.browser_policy import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY  # noqa: F401 (read by Django)
from office_portal.channel_settings import *  # noqa: F403 (its __all__ is read by Django)
from office_portal.inbound_settings import *  # noqa: F403 (as above)
from office_portal.installed import INSTALLED_APPS, MIDDLEWARE  # noqa: F401 (read by Django)
from office_portal.interface_settings import *  # noqa: F403 (its __all__ is read by Django)
from office_portal.logs import logging_settings
from office_portal.scan_settings import *  # noqa: F403 (its __all__ is read by Django)

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def required(name: str, why: str) -> str:
    """The value of `name`, or a stop with one line that says what is missing and why it is needed."""
    value = env.str(name, "")
    if not value:
        sys.exit(f"Office Portal cannot start: set {name} ({why}). See docs/operating.md.")
    return value


try:
    DEBUG = env.bool("PORTAL_DEBUG", False)
    SECRET_KEY = required("SECRET_KEY", "a long random text that signs sessions and links")
    PORTAL_URL = env.str("PORTAL_URL", "http://localhost:8000").rstrip("/")
    PORTAL_HOME = Path(env.str("PORTAL_HOME", str(BASE_DIR / "var"))).resolve()
    REDIS_URL = required("REDIS_URL", "the Redis that carries nudges to the workers")
    DATABASE_URL = required("DATABASE_URL", "the PostgreSQL that holds everything")
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", DATABASE_URL)}
    MAIL = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
    BEHIND_PLAIN_PROXY = env.bool("BEHIND_PLAIN_PROXY", False)
    STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", 15_000)
    BROKER_SOCKET_TIMEOUT = env.int("BROKER_SOCKET_TIMEOUT", 1)  # seconds; the worker process sets 30
    OFFICE_SESSION_IDLE_MINUTES = env.int("OFFICE_SESSION_IDLE_MINUTES", 30)
    SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 480)
    SESSION_ABSOLUTE_HOURS = env.int("SESSION_ABSOLUTE_HOURS", 20)
    ESCALATE_AFTER_DAYS = env.int("ESCALATE_AFTER_DAYS", 1)  # working days with the unit secretary
    MAIL_HOURS = env.list("MAIL_HOURS", [time(7), time(22)], subcast=time.fromisoformat, delimiter="-")
    SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", False)
    RELAY_SIGN_MINUTES = env.int("RELAY_SIGN_MINUTES", 240)  # working minutes: half a working day
    NOTICE_APPROVAL_FROM = env.int("NOTICE_APPROVAL_FROM", 200)  # mandatory to more people: approved first; 0: never
    NOTICE_QUOTA_SOFT = env.int("NOTICE_QUOTA_SOFT", 10)  # mandatory notices of a sender in a month: a warning; 0: none
    NOTICE_QUOTA_HARD = env.int("NOTICE_QUOTA_HARD", 30)  # from here on always approved first; 0: no limit
    UPLOAD_DAILY_MEBIBYTES = env.int("UPLOAD_DAILY_MEBIBYTES", 500)
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")

HTTPS = urlsplit(PORTAL_URL).scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(PORTAL_URL).hostname or "localhost", "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]

ROOT_URLCONF = "office_portal.urls"
WSGI_APPLICATION = "office_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "office_portal.menu.menu",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "apps.core.templatetags.portal",
                "apps.journal.templatetags.files",
            ],
        },
    }
]

# --- data ---------------------------------------------------------------------------------------------------------
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 5,
        "tcp_user_timeout": 5000,
        "application_name": env.str("PORTAL_PROCESS", "portal"),
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=5000"
        " -c idle_in_transaction_session_timeout=60000",
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_ROOT = PORTAL_HOME / "files"
SENDING_ROOT = PORTAL_HOME / "sending"  # what senders know and have not committed yet; on a disk of this machine
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if bucket := env.str("S3_BUCKET", ""):
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": bucket}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# --- static files: front-end packages are served from where npm puts them -------------------------------------------
NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(PORTAL_HOME / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/tabler/css", NODE_MODULES / "@tabler/core/dist/css"),
    ("vendor/tabler/js", NODE_MODULES / "@tabler/core/dist/js"),
    ("vendor/htmx", NODE_MODULES / "htmx.org/dist"),
]
ICONS_DIR = NODE_MODULES / "lucide-static/icons"
PDF_FONTS_DIR = NODE_MODULES / "@expo-google-fonts/noto-serif-sc"
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

# --- people and sign-in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
SITE_ID = 1
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "apps.people.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "apps.people.accounts.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "number"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # contact points carry the verified mark; nobody signs up by themselves
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = False  # office computers are shared: a session ends with the browser
ACCOUNT_FORMS = {
    "login": "apps.people.accounts.SignInForm",
    "reset_password": "apps.people.accounts.ResetPasswordForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or a new passkey is told by mail
# Limits per network are wide, because a whole college may sit behind one address; axes counts each account's failures.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
USERSESSIONS_TRACK_ACTIVITY = True
MFA_ADAPTER = "apps.people.accounts.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Office Portal"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
OIDC_URL = env.str("OIDC_URL", "")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "campus",
                "name": env.str("OIDC_NAME", "Campus sign-in"),
                "client_id": env.str("OIDC_CLIENT_ID", ""),
                "secret": env.str("OIDC_SECRET", ""),
                "settings": {
                    "server_url": OIDC_URL,
                    "number_claim": env.str("OIDC_NUMBER_CLAIM", "preferred_username"),
                },
            }
        ]
        if OIDC_URL
        else []
    }
}
CAS_SERVER_URL = env.str("CAS_SERVER_URL", "")
CAS_CREATE_USER = False  # only people the office knows may enter
CAS_USERNAME_ATTRIBUTE = "cas:user"
CAS_LOGIN_URL_NAME = "cas_ng_login"
if CAS_SERVER_URL:
    AUTHENTICATION_BACKENDS.append("django_cas_ng.backends.CASBackend")
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # never the name alone: a stranger cannot lock a person out
AXES_USERNAME_CALLABLE = "apps.people.accounts.tried_name"
AXES_WHITELIST_CALLABLE = "apps.people.accounts.is_campus_ticket"
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXY_COUNT or None
AXES_RESET_ON_SUCCESS = True

# --- browser safety -----------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS and not BEHIND_PLAIN_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked for from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 13_000  # a table of 1,000 rows and 12 columns
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
UPLOAD_MAX_BYTES = 25 * 2**20
UPLOAD_DAILY_BYTES = UPLOAD_DAILY_MEBIBYTES * 2**20  # of one person
FILE_UPLOAD_HANDLERS = [
    "apps.core.uploads.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- languages and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("PORTAL_LANGUAGE", "zh-hant")
LANGUAGES = [("zh-hant", _("繁體中文")), ("zh-hans", _("简体中文")), ("en", _("English"))]
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("PORTAL_TIME_ZONE", "Asia/Shanghai")
USE_I18N = USE_TZ = True

# --- queue --------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_connect_timeout": 1,
    "socket_timeout": BROKER_SOCKET_TIMEOUT,
    "health_check_interval": 10,
    # A page must never wait for a broker that is away: few and quick tries when publishing.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 600, 540
CELERY_TASK_SERIALIZER, CELERY_ACCEPT_CONTENT = "json", ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "notice"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
WORKER_QUEUES = "urgent,notice,reminder,evidence,report"

# --- mail: everything leaves through the outbox -------------------------------------------------------------------
EMAIL_BACKEND = "apps.delivery.backends.OutboxBackend"
SMTP = {
    "host": MAIL["EMAIL_HOST"],
    "port": MAIL["EMAIL_PORT"] or 25,
    "user": MAIL["EMAIL_HOST_USER"],
    "password": MAIL["EMAIL_HOST_PASSWORD"],
    "starttls": MAIL["EMAIL_USE_TLS"],
    "tls": MAIL["EMAIL_USE_SSL"],
    "timeout": env.float("MAIL_TIMEOUT_SECONDS", 20),  # for each answer of the server
}
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "office@portal.example.edu.cn")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_FROM_NAME = env.str("MAIL_FROM_NAME", "學院辦公室")
MAIL_BOUNCE_DOMAIN = env.str("MAIL_BOUNCE_DOMAIN", DEFAULT_FROM_EMAIL.rpartition("@")[2])
INBOUND_IMAP_URL = env.str("INBOUND_IMAP_URL", "")  # imaps://user:password@host/INBOX
CANARY_ADDRESS = env.str("CANARY_ADDRESS", "")
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 300)  # a sender that is silent for so long is taken for dead
MAIL_RESEND_AFTER_MINUTES = env.float("MAIL_RESEND_AFTER_MINUTES", 30)
MAIL_PER_DOMAIN_A_MINUTE = env.int("MAIL_PER_DOMAIN_A_MINUTE", 0)  # 0: no limit

# --- look ---------------------------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- logs, errors, metrics ----------------------------------------------------------------------------------------
LOGGING = logging_settings(pretty=DEBUG)
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)
PROMETHEUS_METRICS_EXPORT_PORT = None
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # without it /metrics answers this machine only
# W021: whether a domain goes on the browsers' preload list is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W021"]
