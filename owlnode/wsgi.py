"""WSGI entry of one node."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "owlnode.settings.production")
application = get_wsgi_application()
# Loaded before the first question, not by it. It stays as well: every full search for garbage in it would stop all
# threads of the process for a fifth of a second.
get_resolver().url_patterns  # noqa: B018
gc.freeze()
