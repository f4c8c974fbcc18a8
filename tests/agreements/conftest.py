"""Fixtures of the tests of agreements: one node, or a region of two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from pytest_django import Settings

from apps.agreements import tasks
from apps.peers import clients as peer_clients
from apps.peers import services as peer_services
from apps.peers.models import Peer
from tests import databases
from tests.agreements.region import ASKER, OWNER, Region, befriend


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are hints; these tests ask for the work themselves."""
    for task in (tasks.drain_peer, tasks.follow_trust, tasks.follow_release):
        monkeypatch.setattr(task, "delay", lambda *args: None)


@pytest.fixture
def region(
    second_schema: None, db: None, settings: Settings, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Region]:
    """Bielefeld, which owns, and Herford, which asks; they trust each other. All in one transaction, rolled back."""
    with _standing(settings, monkeypatch) as made:
        yield made


@pytest.fixture
def committing_region(
    second_schema: None, transactional_db: None, settings: Settings, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Region]:
    """The same, really committing; slow."""
    with _standing(settings, monkeypatch) as made:
        yield made
    databases.empty(ASKER.schema)
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO DEFAULT")


@contextmanager
def _standing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Region]:
    made = Region(settings.NODE)
    settings.ROOT_URLCONF = "apps.dataspace.urls"
    monkeypatch.setattr(peer_clients, "send", made.send)
    monkeypatch.setattr(peer_services, "authenticate", made.authenticate)
    monkeypatch.setattr(peer_services, "sign_answer", lambda **_given: {})
    with made.on(OWNER):
        for node, other in ((OWNER, ASKER), (ASKER, OWNER)):
            with made.on(node):
                befriend(node, other)
        yield made
    settings.NODE = made.base
    ContentType.objects.clear_cache()


@pytest.fixture
def peer(db: None, quiet: None) -> Peer:
    """Herford as Bielefeld knows it."""
    return befriend(OWNER, ASKER)
