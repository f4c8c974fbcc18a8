"""Things and datastreams, as models to read from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from apps.core.errors import NotFound
from apps.sensors.models import Datastream, Thing


def datastream(datastream_id: int) -> Datastream:
    """One datastream with its description. Raises NotFound."""
    found: Datastream | None = Datastream.objects.described().filter(pk=datastream_id).first()
    if found is None:
        raise NotFound(f"There is no datastream {datastream_id}.", part="datastream_id")
    return found


def datastreams(ids: Iterable[int] | None = None) -> QuerySet[Datastream]:
    """Datastreams with state, thing, place, sensor and property joined, by id; all of them without ``ids``."""
    found = Datastream.objects.described().order_by("pk")
    return found if ids is None else found.filter(pk__in=list(ids))


def own_datastreams() -> QuerySet[Datastream]:
    """This city's own datastreams, joined like ``datastreams``."""
    return Datastream.objects.own().described().order_by("pk")


def shareable(*, text: str = "") -> QuerySet[Datastream]:
    """What may be put into a dataset, joined like ``datastreams``; ``text`` matches names of stream, thing, property,
    place."""
    return _named(Datastream.objects.shareable().described(), text)


def matching(*, text: str = "") -> QuerySet[Datastream]:
    """This city's own datastreams, joined like ``datastreams``; ``text`` as in ``shareable``."""
    return _named(Datastream.objects.own().described(), text)


def _named(rows: QuerySet[Datastream], text: str) -> QuerySet[Datastream]:
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(thing__name__icontains=word)
            | Q(observed_property__name__icontains=word)
            | Q(thing__location__name__icontains=word)
        )
    return rows.order_by("thing__name", "name", "pk")


def replicas_of(origin: str) -> QuerySet[Datastream]:
    """Replicas of one owner (a DID), joined like ``datastreams``."""
    return Datastream.objects.of_origin(origin).described().order_by("pk")


def by_external_keys(keys: Iterable[str], *, origin: str = "") -> dict[str, int]:
    """Datastream ids by external key; unknown keys are missing from the result."""
    found = Datastream.objects.filter(origin=origin, external_key__in=list(keys))
    return dict(found.values_list("external_key", "pk"))


def things() -> QuerySet[Thing]:
    """All things with their place, by id."""
    return Thing.objects.select_related("location").order_by("pk")


def origins() -> list[str]:
    """The owners (DIDs) of whom replicas are held here."""
    return list(Datastream.objects.exclude(origin="").order_by("origin").values_list("origin", flat=True).distinct())


def replica_ids() -> set[int]:
    """All datastreams that are replicas, whether or not the agreement behind them still stands."""
    return set(Datastream.objects.exclude(origin="").values_list("pk", flat=True))
