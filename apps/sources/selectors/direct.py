"""Which datastreams a source may name itself."""

from __future__ import annotations

from collections.abc import Collection

from apps.sensors import selectors as sensors
from apps.sources.models import Source
from apps.sources.types import WILDCARD


def direct(source: Source, ids: Collection[int]) -> frozenset[int]:
    """Those of these datastreams that are this city's own and that the source may write to by their id."""
    if not source.direct_prefix or not ids:
        return frozenset()
    own = sensors.own_datastreams().filter(pk__in=list(ids))
    if source.direct_prefix != WILDCARD:
        own = own.filter(external_key__startswith=source.direct_prefix)
    return frozenset(own.values_list("pk", flat=True))
