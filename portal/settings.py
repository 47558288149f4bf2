"""One settings file: everything comes from the environment, every default is safe.

The variables are documented in docs/how-to/deploy.md; `manage.py demo` and `manage.py test` set them by themselves.
"""

import gc
import os
import platform
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.content_security import DIRECTIVES
from portal.environment import database, flag, headers, number, one_of, origin, proxies, text, zone
from portal.kernel import valkey
from portal.logs import logging_settings
from portal.openapi import schema_settings
from portal.schedule import SCHEDULE

# Where templates, static files and translations lie: beside the code, and in a release inside this package.
_PACKAGED = Path(__file__).resolve().parent / "resources"
BASE_DIR = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parent.parent

# Python looks through its objects for garbage after 700 new ones: a start, which makes half a million that all stay,
# spends an eighth of its time with that.
gc.set_threshold(5_000, 20, 20)


# --- Where it runs ---------------------------------------------------------------------------

DEBUG = flag("DEBUG")
DEMO = flag("PORTAL_DEMO")
ORIGIN = origin("PORTAL_ORIGIN", "http://127.0.0.1:8000")
SECURE = ORIGIN.startswith("https://")
# A proxy in front says who asks, how, and under which number: its headers are believed, everywhere or nowhere.
# Each of several appends whom it has seen: the address that the first of them names is the visitor's.
ALLAUTH_TRUSTED_PROXY_COUNT = proxies("BEHIND_PROXY")  # of whose address the limits of tries count
BEHIND_PROXY = ALLAUTH_TRUSTED_PROXY_COUNT > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
TLS_ENDS_BEFORE_US = flag("TLS_ENDS_BEFORE_US")
SECRET_KEY = text("SECRET_KEY")
SECRET_KEY_FALLBACKS = text("SECRET_KEY_FALLBACKS").split()
# Encrypt the secrets of second factors in the database, and nothing else: the newest first.
CREDENTIAL_KEYS = text("CREDENTIAL_KEYS").split()
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname, *text("ALLOWED_HOSTS").split()]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
DATA_DIR = Path(
    text("PORTAL_DATA_DIR", "/var/lib/portal" if BASE_DIR == _PACKAGED else str(BASE_DIR / "var"))
)

# --- Applications -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "modeltranslation",
    "portal.kernel",
    "alliance",
    "practices",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for TemplatesSetting
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "django_htmx",  # brings htmx itself, as a static file
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "portal.metrics.requests.MetricsMiddleware",
    "portal.kernel.web.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.static_files.StaticFilesMiddleware",
    "portal.kernel.web.PublicPageMiddleware",
    "portal.logs.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.kernel.web.ScriptedFormMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "alliance.api.middleware.ApiMiddleware",
    "portal.kernel.web.ReadableRequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "alliance.web.middleware.ActorMiddleware",
    "portal.kernel.idempotency.FormTokenMiddleware",
    "portal.kernel.idempotency.IdempotencyKeyMiddleware",
    "portal.kernel.web.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.kernel.web.InputRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "alliance.web.context.site_context",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------

_DATABASE_URL = text("DATABASE_URL", "postgres://portal@/portal")
_DATABASE_OWNER_URL = text("DATABASE_OWNER_URL", _DATABASE_URL)


_LIMITS = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
# The application owns nothing; the owner migrates (two database roles).
DATABASES = {"default": database(_DATABASE_URL, options=_LIMITS), "owner": database(_DATABASE_OWNER_URL)}
# Reads of public pages, where it has what they must show; see portal/kernel/database/replica.py.
if _DATABASE_REPLICA_URL := text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database(_DATABASE_REPLICA_URL, options=_LIMITS) | {
        "IS_REPLICA": True,
        "TEST": {"MIRROR": "default"},
    }
# A view that fails undoes its own writes, inside the transaction that the actor middleware opened.
DATABASES["default"]["ATOMIC_REQUESTS"] = True
# Whether whoever imports `portal.wsgi` serves it, and does not try it out: it gives up a frozen database, and loads
# the public pages beforehand.
WSGI_IS_SERVED = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL", "redis://127.0.0.1:6379/0")
_BROKER = valkey.parse_broker(REDIS_URL)
# The cache lives beside the broker, in database 1 of the same server.
CACHE_URL = text("CACHE_URL", valkey.beside(_BROKER, 1))
valkey.parse_cache(CACHE_URL)
CACHES = {
    "default": {
        "BACKEND": "portal.kernel.limits.FaultTolerantCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

_FOLDER_STORAGE: dict[str, Any] = {
    "BACKEND": "portal.kernel.files.backends.folder.FolderStorage",
    "OPTIONS": {"location": DATA_DIR / "files"},
}
# in the place of the folder: a bucket of an S3-compatible store; without keys here, boto3 looks for them elsewhere
_BUCKET_STORAGE: dict[str, Any] = {
    "BACKEND": "portal.kernel.files.backends.bucket.BucketStorage",
    "OPTIONS": {
        "bucket_name": text("FILES_S3_BUCKET"),
        "location": text("FILES_S3_PREFIX"),
        "endpoint_url": text("FILES_S3_ENDPOINT") or None,
        "region_name": text("FILES_S3_REGION") or None,
        "addressing_style": text("FILES_S3_ADDRESSING", "auto"),
        "access_key": text("AWS_ACCESS_KEY_ID") or None,
        "secret_key": text("AWS_SECRET_ACCESS_KEY") or None,
        "security_token": text("AWS_SESSION_TOKEN") or None,
    },
}
FILE_UPLOAD_HANDLERS = [
    "portal.kernel.files.digested_uploads.DigestUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.kernel.files.temporary_uploads.TemporaryUploadHandler",
]
STORAGES = {
    "default": _BUCKET_STORAGE if text("FILES_S3_BUCKET") else _FOLDER_STORAGE,
    "staticfiles": {"BACKEND": "portal.static_files.StaticFiles"},
}
# `host:port` or the path of clamd's socket; what comes while it does not answer is withheld until it does
CLAMAV = text("CLAMAV")
STATIC_URL = "/static/"
STATIC_ROOT = Path(text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.static_files.BundleFinder",
]
WHITENOISE_USE_FINDERS = DEMO or DEBUG

# --- Accounts and sessions -------------------------------------------------------------------

AUTH_USER_MODEL = "alliance.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "alliance.services.passwords.KnownWordsValidator"},
]
ACCOUNT_ADAPTER = "alliance.web.account.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60  # seconds: acts of weight ask again who it is
# allauth's own generator keeps a second table of addresses beside the people's
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_SESSION_REMEMBER = False
# Tries are counted by portal.kernel.limits, which says when the next one is good.
ACCOUNT_RATE_LIMITS: bool | dict[str, str] = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Signatories, administrators and the secretariat must have a second factor so many days after they first had such
# rights (0: at once); the demonstration alone goes without.
SECOND_FACTOR_DAYS = number("SECOND_FACTOR_DAYS", 7)
SECOND_FACTOR_REQUIRED = not DEMO
MFA_ADAPTER = "alliance.web.account.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by a step
MFA_RATE_LIMITS: bool | dict[str, str] = False
# Identity providers of organisations: rows of ours, which the adapter hands to allauth.
SOCIALACCOUNT_ADAPTER = "alliance.web.sso.adapter.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
# Lets addresses that people type lead to this machine, without https: an identity provider, a webhook. For tests alone.
OUTGOING_ALLOW_LOOPBACK = flag("OUTGOING_ALLOW_LOOPBACK")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/session/start/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "alliance.models.sessions"  # rows that know whose they are
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = number("SESSION_HOURS", 12, least=1) * 60 * 60
SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", 4 * 60, least=5)
SESSION_IDLE_MINUTES_SECRETARIAT = number("SESSION_IDLE_MINUTES_SECRETARIAT", 60, least=5)
# A random number of the browser, by which it is known where somebody has signed in before.
DEVICE_COOKIE_NAME = "__Host-device" if SECURE else "device"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.kernel.web.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- The web ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SECURE and not TLS_ENDS_BEFORE_US
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
# About other hosts than ours, and hard to take back: the operator's decision.
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_SUBDOMAINS") and SECURE
SECURE_HSTS_PRELOAD = flag("HSTS_PRELOAD") and SECURE
# Django's own checks want both, and the redirect that the operator has left to the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", *["security.W008"] * TLS_ENDS_BEFORE_US]
# Monitoring asks from the machine itself, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^metrics$"]
CONTENT_SECURITY_POLICY = {"DIRECTIVES": DIRECTIVES}
# For public pages, compressed, in the memory of each web process.
PAGE_CACHE_BYTES = number("PAGE_CACHE_MB", 32) * 1024 * 1024
# A content delivery network in front, see portal/kernel/publishing/cdn.py: how many seconds it may keep public pages,
# and the request by which it drops them.
CDN_MAX_AGE = number("CDN_MAX_AGE", 0)
CDN_PURGE_URL = text("CDN_PURGE_URL")
CDN_PURGE_METHOD = text("CDN_PURGE_METHOD", "POST")
CDN_PURGE_HEADERS = headers("CDN_PURGE_HEADERS")
CDN_PURGE_BODY = text("CDN_PURGE_BODY")
if CDN_MAX_AGE and not CDN_PURGE_URL:
    raise ImproperlyConfigured(
        "CDN_MAX_AGE lets a network keep public pages; CDN_PURGE_URL must say how it drops them."
    )
# What one post may carry; what one page may is in portal/kernel/web/form_limits.py.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a script sends what changed in several pages at once
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # a folder may be sent; views that accept fewer say so in a message
# without files; the longest texts of a page in the widest encoding of a form
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- The API ---------------------------------------------------------------------------------

API_REQUESTS_PER_TOKEN = number("API_REQUESTS_PER_TOKEN", 600)  # a minute
API_REQUESTS_PER_ADDRESS = number("API_REQUESTS_PER_ADDRESS", 300)  # without a token that holds
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "portal.kernel.api.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "portal.kernel.api.Schema",
}
# The first number is that of the addresses (/api/v1/); the second grows with whatever programs can use that was not
# there before (docs/api/README.md). Nothing is taken away while the first stays.
API_VERSION = "1.3"
SPECTACULAR_SETTINGS = schema_settings(API_VERSION)

# --- Languages and time ----------------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "ru")
# Deadlines end at 24:00 in the alliance's time zone.
TIME_ZONE = zone("TIME_ZONE", "Europe/Moscow")
# The licence of the open data, by its SPDX identifier; its name and address: alliance/queries/public/open_data.py
OPEN_DATA_LICENCE = one_of(
    "OPEN_DATA_LICENCE", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODC-BY-1.0", "ODbL-1.0"
)

# --- Mail ------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Alliance Portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = number("EMAIL_PORT", 25)
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = number("EMAIL_TIMEOUT", 20)  # of each word on the wire; a letter takes a few
# Letters that cannot be delivered come back to addresses below this one: docs/how-to/mail.md
BOUNCE_ADDRESS = text("BOUNCE_ADDRESS")
# Replies to letters about discussions come to addresses below this one, and are posts; which server says who sent them
REPLY_ADDRESS = text("REPLY_ADDRESS")
REPLY_AUTHENTICATION_SERVER = text("REPLY_AUTHENTICATION_SERVER")
DIGEST_HOUR = 8  # in the alliance's time zone; the weekly one comes on Mondays
EMAIL_FILE_PATH = DATA_DIR / "mail"
# The demonstration keeps its mail in files and shows it at /dev/mail/.
EMAIL_BACKEND = "portal.mailbox.FileBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"

# --- Jobs ------------------------------------------------------------------------------------

CELERY_APPLICATION = "portal.celery"
CELERY_BROKER_URL = valkey.celery_url(_BROKER)
CELERY_BROKER_TRANSPORT_OPTIONS = valkey.celery_options(_BROKER, seconds=5)
CELERY_BROKER_USE_SSL = valkey.celery_tls(_BROKER)
CELERY_IMPORTS = [
    "portal.kernel.jobs.worker",
    "portal.kernel.jobs.tasks",
    "portal.kernel.notices.tasks",
    "portal.kernel.files.tasks",
    "portal.kernel.publishing.tasks",
    "portal.kernel.privacy.tasks",
]
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 110  # under the 120 s lease
# seconds after which a message begins no further job of those that it names, and leaves them to another: the limits
# above are of all its jobs together, and one that begins last may take 40 seconds. What may take longer says so
# (`is_long`), and has a message of its own
JOB_BATCH_SECONDS = 30
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULER = "portal.beat.Scheduler"
# seconds after which a worker that answers no question ends itself, to be started again
WORKER_SILENT_AFTER = number("WORKER_SILENT_AFTER", 30)
# touched every few seconds by a worker, sweeper or beat that runs, for the probe of a container (portal/probe.py)
ALIVE_FILE = text("ALIVE_FILE")
CELERY_TASK_DEFAULT_QUEUE = text("CELERY_QUEUE", "portal")
# a queue of its own for work that nobody waits for, so that some workers can be for it alone (`--queues`)
BULK_QUEUE = text("BULK_QUEUE")

# Lets somebody read /metrics and the details of /health/ready from elsewhere than this machine.
METRICS_TOKEN = text("METRICS_TOKEN")
# Where the web server's processes count; several machines may share the data folder. prometheus_client looks for
# the variable when it is first imported.
METRICS_DIR = DATA_DIR / "metrics" / platform.node()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

# --- Traces ----------------------------------------------------------------------------------

# The address of a collector that takes OTLP over HTTP; OpenTelemetry is an extra (portal/tracing.py).
OTEL_EXPORTER_OTLP_ENDPOINT = text("OTEL_EXPORTER_OTLP_ENDPOINT")
OTEL_SERVICE_NAME = text("OTEL_SERVICE_NAME", "portal")
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(0, "portal.tracing.TracingMiddleware")

# --- Logs ------------------------------------------------------------------------------------

LOGGING = logging_settings(text("LOG_LEVEL", "INFO"))
# Log lines carry the request id and the page, and no personal data.
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# RequestLogMiddleware has decided whose name it is
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
