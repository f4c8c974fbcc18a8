"""Waiting pieces tried again by a person: as the mappings stand now, or under a datastream that the person names.

How the payloads of the other ways in are read is known at the edge, which says so once at the start (``read_with``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.sensors import selectors as sensor_selectors
from apps.sensors import services as sensors
from apps.sensors.types import Readings, ReplayResult
from apps.sources.services import replaying, units
from apps.sources.services.plausibility import assess
from apps.sources.services.sorting import DIGITS
from apps.sources.types import SOURCE_PREFIX, Conversion, ConversionName

MOST = 1_000
"""How many pieces one press of a button tries."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a payload holds: one reading whose datastream is still open (0), and what it calls that datastream."""

    name: str
    readings: Readings


Reader = Callable[[str], Piece | None]
_readers: list[Reader] = []


def read_with(reader: Reader) -> None:
    """Let waiting payloads that came from no source be read by this from now on."""
    if reader not in _readers:
        _readers.append(reader)


def read(source: str, payload: str) -> Piece | None:
    """The reading in a piece that came from no source of the field; None where there is none to be had."""
    if source.startswith(SOURCE_PREFIX):
        return None
    return next((found for reader in _readers if (found := reader(payload)) is not None), None)


def alike(*, source: str, name: str, most: int = MOST) -> list[int]:
    """Ids of waiting pieces of this source that call their datastream by this name, the oldest first."""
    rows = sensor_selectors.quarantined(source=source).values_list("pk", "payload").iterator(chunk_size=500)
    found: list[int] = []
    for key, payload in rows:
        piece = read(source, payload)
        if piece is not None and piece.name == name:
            found.append(key)
        if len(found) == most:
            break
    return found


def try_again(*, ids: Sequence[int], at: datetime) -> ReplayResult:
    """Take in those of these pieces that have a place by now; the others go on waiting."""
    return sensors.replay(ids=ids, resolver=_as_it_stands, at=at)


def place(
    *,
    ids: Sequence[int],
    datastream: int,
    unit: str,
    conversion: ConversionName | str = ConversionName.NONE,
    factor: float = 1.0,
    offset: float = 0.0,
    at: datetime,
) -> ReplayResult:
    """Take these pieces in under an own ``datastream`` (by id), converted from the ``unit`` in which they came.

    For pieces that came from no source; those of a source are mapped there. Raises NotFound, Invalid
    (``unit-mismatch``).
    """
    stored = sensor_selectors.own_datastreams().filter(pk=datastream).values_list("unit_symbol", flat=True).first()
    if stored is None:
        raise NotFound(_("%(id)s is no datastream of this node’s own.") % {"id": datastream}, part="datastream")
    kept = units.checked(unit=unit, stored=stored, conversion=conversion, factor=factor, offset=offset)
    return sensors.replay(ids=ids, resolver=lambda source, payload: _placed(source, payload, datastream, kept), at=at)


def _as_it_stands(source: str, payload: str, /) -> Readings | None:
    if source.startswith(SOURCE_PREFIX):
        return replaying.resolve(source, payload)
    piece = read(source, payload)
    number = None if piece is None else sensor_selectors.by_external_keys([piece.name]).get(piece.name)
    return None if number is None else _placed(source, payload, number, Conversion("", "", 1.0))


def _placed(source: str, payload: str, datastream: int, how: Conversion) -> Readings | None:
    piece = read(source, payload)
    if piece is None:
        return None
    values = piece.readings.result
    if how.factor != 1.0 or how.offset != 0.0:
        values = np.array([_converted(value, how) for value in values.tolist()], dtype=np.float64)
    streams = np.full(len(values), datastream, dtype=np.int32)
    return assess(readings=replace(piece.readings, datastream=streams, result=values))


def _converted(value: float, how: Conversion) -> float:
    return value if math.isnan(value) else round(value * how.factor + how.offset, DIGITS)
