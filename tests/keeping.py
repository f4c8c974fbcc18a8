"""Rows that the tests of a module share: made once, there for each of them, taken back when the module is done.

The order of the tests makes room for it: first those of a module that ask for nothing kept and shall not meet it, then
those that do, and last – pytest-django sees to that – those that commit, before which everything kept is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import groupby

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

Kept = Callable[[], AbstractContextManager[None]]
COMMITTING = frozenset({"transactional_db", "live_server"})
"""Fixtures whose tests commit."""
_open = ExitStack()
"""What ends the transaction of the module that is under way."""


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Kept]:
    """``with kept():`` what is written to the database there stays for the tests of the module.

    What a test writes itself is taken back after the test, as ever.
    """
    with django_db_blocker.unblock():
        world = transaction.atomic()
        world.__enter__()

    def end() -> None:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            world.__exit__(None, None, None)

    _open.callback(end)
    yield django_db_blocker.unblock
    _open.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a module, and among tests that commit or do not, those that ask for nothing kept come first."""
    alike = [list(tests) for _kind, tests in groupby(items, key=lambda item: (item.path, _commits(item)))]
    items[:] = [test for tests in alike for test in sorted(tests, key=_asks_for_kept)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that commits begins with nothing kept, also in a module that keeps something."""
    if _commits(item):
        _open.close()


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or not COMMITTING.isdisjoint(_fixtures(item))


def _asks_for_kept(item: pytest.Item) -> bool:
    return "kept" in _fixtures(item)


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))
