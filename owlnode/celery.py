"""The Celery app of this node. Tasks are hints; docs/architecture.md says what that means."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "owlnode.settings.dev")
app = Celery("owlnode")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
