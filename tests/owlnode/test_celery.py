"""Tasks keep the database connection of their thread, under the rules that requests have."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from owlnode import celery

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_task_leaves_the_connection_to_the_next_one() -> None:
    connection.ensure_connection()
    held = connection.connection
    # The stubs do not know it.
    fixup = import_module("celery.fixups.django").DjangoWorkerFixup(celery.app)
    for _task in range(100):
        fixup.close_database()
    assert connection.connection is held


@pytest.mark.parametrize(("eager", "kept"), [(False, False), (True, True)])
def test_a_connection_whose_time_is_over_is_closed_between_tasks(eager: bool, kept: bool) -> None:
    connection.ensure_connection()
    connection.close_at = 0
    celery.tidy_connections(sender=SimpleNamespace(request=SimpleNamespace(is_eager=eager)))
    assert (connection.connection is not None) is kept
