"""Things as places on a map and as rows of the list beside it, with what each says now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from apps.holdings.types import Holding, Latest, Spot, Stream
from apps.portal import words
from apps.sensors.types import shown_unit

SAME_POINT = 5
"""Decimals of a degree by which two points are one: about a metre."""
Now = Mapping[tuple[str, int], tuple[Latest, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one datastream says now; ``value`` None where it is suppressed or no number."""

    stream: Stream
    latest: Latest
    label: str

    @property
    def text(self) -> str:
        """The value with its unit, or why there is none."""
        if self.latest.suppressed:
            return _("too few to tell")
        return _("no number") if self.latest.result is None else f"{written(self.latest.result)} {self.unit}".strip()

    @property
    def unit(self) -> str:
        """A number of values has no unit of its own."""
        return "" if self.latest.statistic == "count" else shown_unit(self.stream.unit_symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A thing with its readings; ``time`` of the latest of them."""

    spot: Spot
    holding: Holding
    readings: tuple[Reading, ...]

    @property
    def time(self) -> datetime | None:
        """When the thing said something last."""
        return max((reading.latest.time for reading in self.readings), default=None)


def written(value: float) -> str:
    """A number for people: as many decimals as its size makes sensible."""
    decimals = 0 if abs(value) >= 100 else 1
    return formats.number_format(round(value, decimals) + 0.0, decimals, use_l10n=True)


def arrange(
    spots: Sequence[Spot], holdings: Sequence[Holding], now: Now, only: Collection[int] | None = None
) -> list[Place]:
    """The things with what they say now; ``only`` these datastreams. A thing without any reading stays, empty."""
    by_key = {one.key: one for one in holdings}
    return [
        Place(
            spot=spot,
            holding=by_key[spot.holding_key],
            readings=tuple(
                Reading(stream=stream, latest=latest, label=_label(stream, latest))
                for stream in spot.streams
                if only is None or stream.id in only
                for latest in now.get((spot.holding_key, stream.id), ())
            ),
        )
        for spot in spots
        if only is None or any(stream.id in only for stream in spot.streams)
    ]


def together(places: Sequence[Place]) -> list[tuple[Place, ...]]:
    """The things in groups of those that stand at one point, as the list beside the map shows them; a thing whose
    point is unknown stands alone. Groups keep the order of their first thing."""
    groups: dict[object, list[Place]] = {}
    for place in places:
        point = place.spot.longitude, place.spot.latitude
        here = object() if None in point else tuple(round(degrees or 0.0, SAME_POINT) for degrees in point)
        groups.setdefault(here, []).append(place)
    return [tuple(group) for group in groups.values()]


def pins(places: Sequence[Place], *, with_owner: bool = False) -> list[dict[str, Any]]:
    """The JSON for ``web/map.html``; things without a known place are left to the list."""
    return [
        {
            "key": place.spot.thing_id,
            "name": f"{place.spot.name} ({place.spot.owner_name})" if with_owner else place.spot.name,
            "lon": place.spot.longitude,
            "lat": place.spot.latitude,
            "label": place.readings[0].text if place.readings else "–",
            "text": "\n".join(f"{reading.label}: {reading.text}" for reading in place.readings),
            "url": reverse("portal-dataset", args=[place.holding.key]),
        }
        for place in places
        if place.spot.longitude is not None and place.spot.latitude is not None
    ]


def _label(stream: Stream, latest: Latest) -> str:
    statistic = words.STATISTICS.get(latest.statistic or stream.statistic)
    return f"{stream.measurand_name} ({statistic})" if statistic else stream.measurand_name
