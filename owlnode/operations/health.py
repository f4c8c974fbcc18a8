"""Health for orchestrators: live says the process answers, ready says that it can do its work."""

from __future__ import annotations

from collections.abc import Callable

from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; touches nothing else."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and broker are there, else 503; each part is named."""
    parts = {name: probe(name) for name in CHECKS}
    healthy = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ready" if healthy else "not ready", "parts": parts}, status=200 if healthy else 503)


def probe(name: str) -> str:
    """How one part is: ``ok`` or a word for what is wrong."""
    try:
        return CHECKS[name]()
    except Exception as error:  # a probe reports, whatever the fault is
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _broker() -> str:
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "broker": _broker}
