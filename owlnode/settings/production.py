"""A city's server: TLS in front, secrets given, cookies locked down."""

from django.core.exceptions import ImproperlyConfigured

from owlnode.settings.base import *  # noqa: F403
from owlnode.settings.base import NODE, SECRET_KEY

if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("OWLNODE_SECRET_KEY (or OWLNODE_SECRET_KEY_FILE) must hold at least 50 characters")
if not NODE.base_url.startswith("https://"):
    raise ImproperlyConfigured("OWLNODE_BASE_URL must start with https:// in production")

SECURE_SSL_REDIRECT = True
# Orchestrators probe the container directly, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [NODE.base_url]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "owlnode.web.storage.HashedFiles"},
}
