"""ASGI entry of one node: what the application server runs."""

from django.conf import settings

import owlnode.wsgi  # sets Django up, which everything below needs
from owlnode.serving.door import Door
from owlnode.serving.threads import Threads

application = Door(Threads(owlnode.wsgi.application, workers=settings.NODE.web_threads))
