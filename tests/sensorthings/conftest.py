"""What the tests of SensorThings share: a small city with public, hidden and coarse datastreams."""

from __future__ import annotations

from copy import copy
from datetime import date

import pytest
from pytest_django import DjangoDbBlocker

from apps.core import clock
from apps.sensors import services as sensors
from tests.keeping import Kept
from tests.sensorthings.city import City, build


@pytest.fixture(scope="session")
def months(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The months that the tests write to, made once: otherwise every test makes them anew."""
    with django_db_blocker.unblock():
        sensors.ensure_partitions(months=[date(2025, 12, 1), date(2026, 1, 1), clock.now().date()])


@pytest.fixture(scope="module")
def built(months: None, kept: Kept) -> City:
    """The small city, its rows recorded, made once for the tests of a module."""
    with kept():
        return build()


@pytest.fixture
def city(built: City, db: None) -> City:
    """The small city, its rows recorded; asked with a client of its own."""
    return City(streams=dict(built.streams), people={name: copy(one) for name, one in built.people.items()})
