"""The demo: like a developer's machine, but pages are made of collected, hashed files as on a city's server."""

from owlnode.settings.dev import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "owlnode.web.storage.HashedFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
