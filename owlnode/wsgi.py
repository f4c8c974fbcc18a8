"""WSGI entry of one node."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "owlnode.settings.production")
# While everything is loaded nothing becomes garbage, and afterwards it stays: searching it is a fifth of the start, and
# every full search later would stop all threads of the process for a fifth of a second.
gc.disable()
application = get_wsgi_application()
# Loaded before the first question, not by it.
get_resolver().url_patterns  # noqa: B018
gc.freeze()
gc.enable()
