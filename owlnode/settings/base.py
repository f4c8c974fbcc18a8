"""What is the same everywhere."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from owlnode import databases, env, mail
from owlnode.schedule import beat_schedule
from owlnode.settings import rest
from owlnode.settings.signin import *  # noqa: F403 - settings are names, and these make a room of their own
from owlnode.settings.signin import SIGN_IN_APPS, SIGN_IN_MIDDLEWARE
from owlnode.web import policy

# While apps are loaded nothing becomes garbage: looking for it is a tenth of the start of each process. When they are,
# owlnode.operations lets Python look again.
gc.disable()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
NODE = env.load()

SECRET_KEY = NODE.secret_key.get_secret_value()
DEBUG = False
ALLOWED_HOSTS = [host for host in [NODE.base_url.split("//")[1].split(":")[0], *NODE.allowed_hosts.split(",")] if host]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "apps.core",
    "apps.ledger",
    "apps.accounts",
    "apps.peers",
    "apps.sensors",
    "apps.sources",
    "apps.catalogue",
    "apps.agreements",
    "apps.provider",
    "apps.consumer",
    "apps.holdings",
    "apps.desk",
    "apps.ingest",
    "apps.sensorthings",
    "apps.dcat",
    "apps.api",
    "apps.portal",
    "apps.console",
    "apps.dataspace",
    "apps.peering",
    "owlnode.operations",
    "owlnode.web",
    *SIGN_IN_APPS,
]
MIDDLEWARE = [
    "apps.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "owlnode.web.doors.MachineDoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "owlnode.web.middleware.PageHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "owlnode.web.doors.InnermostMiddleware",
]
ROOT_URLCONF = "owlnode.urls"
WSGI_APPLICATION = "owlnode.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "owlnode.web.context.page",
            ]
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {"default": databases.from_url(NODE.database_url.get_secret_value())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.console.signin.backends.LockOutBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "owlnode.formats"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = NODE.static_dir
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "owlnode.web.packages.PackageFinder",
]
FORM_RENDERER = "owlnode.web.forms.KernRenderer"
CSRF_FAILURE_VIEW = "owlnode.web.errors.forged"
CONTENT_SECURITY_POLICY = policy.content_security(NODE.tile_url, secure=NODE.base_url.startswith("https://"))
REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.DOCUMENT
MEDIA_ROOT = NODE.files_dir
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

# Celery: messages are hints (docs/decisions), so nothing is kept as a result and a lost message only costs latency.
CELERY_BROKER_URL = NODE.redis_url.get_secret_value() or "redis://127.0.0.1:6379/0"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A hint that cannot be sent at once is not worth waiting for: the next tick finds the duty.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
# Celery would close the connection before and after each task: ten new ones a second in an idle node. Tasks keep theirs
# as requests do (owlnode.celery), with CONN_MAX_AGE and health checks.
CELERY_DB_REUSE_MAX = 1 << 62
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 200
CELERY_TIMEZONE = "Europe/Berlin"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = beat_schedule(NODE.tick_seconds)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "apps.core.logs.ContextFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(task_id)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            "static_fields": {"city": NODE.city},
        },
        "text": {"format": "%(asctime)s %(levelname)-7s %(name)s %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": NODE.log_format, "filters": ["context"]}},
    "root": {"handlers": ["stderr"], "level": NODE.log_level},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        # The server has handlers of its own before the application is loaded; its lines shall read like all others.
        "uvicorn": {"handlers": [], "propagate": True},
    },
}

django_stubs_ext.monkeypatch()

# Throttles count over all web processes.
CACHES = {"default": databases.cache_from_url(NODE.redis_url.get_secret_value())}

# Emails to citizens are rows until they are sent; where they go is one setting.
EMAIL = mail.from_setting(NODE.mail.get_secret_value(), NODE.files_dir)
EMAIL_BACKEND = EMAIL.backend
EMAIL_FILE_PATH = EMAIL.folder
EMAIL_HOST = EMAIL.host
EMAIL_PORT = EMAIL.port
EMAIL_HOST_USER = EMAIL.user
EMAIL_HOST_PASSWORD = EMAIL.password
EMAIL_USE_TLS = EMAIL.starttls
EMAIL_USE_SSL = EMAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = NODE.mail_from or f"anfragen@{NODE.base_url.split('//')[1].split(':')[0]}"
