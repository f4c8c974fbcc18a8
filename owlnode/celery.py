"""The Celery app of this node. Tasks are hints; docs/architecture.md says what that means."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "owlnode.settings.dev")
app = Celery("owlnode")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.task_prerun.connect
@signals.task_postrun.connect
def tidy_connections(sender: Any, **_details: Any) -> None:
    """Between two tasks a connection is looked after as between two requests; an eager task runs inside of one."""
    if not sender.request.is_eager:
        close_old_connections()
