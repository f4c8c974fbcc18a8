"""Groups of observations in tests, whose thread leaves no connection to the tests' database behind."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections

from apps.core.gathering import Gathering
from apps.sensorthings.writing import observing
from apps.sensorthings.writing.observing import Order, Outcome


def gathering(sizes: list[int]) -> Gathering[Order, Outcome]:
    """A gathering that writes as the node's own does, and notes the size of each group."""

    def write(orders: Sequence[Order]) -> Sequence[Outcome]:
        sizes.append(len(orders))
        try:
            return observing.write(orders)
        finally:
            connections.close_all()

    return Gathering(write)
