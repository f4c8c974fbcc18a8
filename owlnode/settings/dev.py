"""A developer's machine and the demo: plain HTTP on loopback, a throw-away secret when none is given."""

from owlnode.settings.base import *  # noqa: F403
from owlnode.settings.base import INSTALLED_APPS, NODE, SECRET_KEY

INSTALLED_APPS = [*INSTALLED_APPS, "owlnode.region"]
SECRET_KEY = SECRET_KEY or "for-this-machine-only-" + NODE.city * 8
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
