"""WSGI entry of one node."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "owlnode.settings.production")
application = get_wsgi_application()
