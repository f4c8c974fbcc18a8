"""The demo: like a developer's machine, but pages are made of collected, hashed files as on a city's server."""

from owlnode.settings.dev import *  # noqa: F403
from owlnode.settings.dev import NODE

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "owlnode.web.storage.HashedFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
# All cities of the demo are one host to a browser, which does not tell cookies apart by ports: whoever looks into two
# consoles at once would be signed out of the first.
SESSION_COOKIE_NAME = f"sessionid-{NODE.city}"
CSRF_COOKIE_NAME = f"csrftoken-{NODE.city}"
