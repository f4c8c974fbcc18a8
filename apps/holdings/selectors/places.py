"""Things and their datastreams as a reader may know them, and what each said last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from apps.core import clock
from apps.holdings.selectors.holdings import Principal
from apps.holdings.selectors.views import view_of
from apps.holdings.types import Holding, Latest, Mode, Spot, Stream
from apps.holdings.types.rows import STATISTICS
from apps.policies import horizons
from apps.policies import places as grid
from apps.provider import selectors as provider
from apps.provider.types import CODES, SUPPRESSED
from apps.sensors import selectors as sensors
from apps.sensors.types import datetime_of


def places(principal: Principal, holdings: Sequence[Holding], *, at: datetime | None = None) -> list[Spot]:
    """The things of these holdings with their datastreams, in one query, by holding and name.

    Under a grid the point is the centre of a fixed cell, and nothing goes along that could tell the place: no place
    name, no description. Raises NotPermitted for a holding that somebody else was shown.
    """
    moment = at or clock.now()
    for one in holdings:
        view_of(principal, one, (), at=moment)
    wanted = {pk for one in holdings for pk in one.datastream_ids}
    rows = {row.pk: row for row in sensors.datastreams(wanted)} if wanted else {}
    return [spot for one in holdings for spot in _spots(one, [rows[pk] for pk in one.datastream_ids if pk in rows])]


def streams_of(holding: Holding, datastream_ids: Iterable[int] | None = None) -> list[Stream]:
    """The holding's datastreams, or those named, by id, as its reader may know them."""
    ids = set(holding.datastream_ids if datastream_ids is None else datastream_ids) & set(holding.datastream_ids)
    return [_stream(row, holding) for row in sensors.datastreams(ids)]


def latest(
    principal: Principal,
    holding: Holding,
    datastream_ids: Collection[int] | None = None,
    *,
    at: datetime | None = None,
) -> list[Latest]:
    """The latest this reader may see of each datastream (and statistic); those without any are missing.

    Raises NotFound, NotPermitted as ``view_of``.
    """
    view = view_of(principal, holding, datastream_ids, at=at or clock.now())
    told = {stream.id: stream.statistic for stream in streams_of(holding, view.ids)} if holding.is_replica else {}
    found = provider.latest(view) if view.members else ()
    return [_latest(row, told) for row in found]


def _latest(row: Any, told: dict[int, str]) -> Latest:
    datastream, code = divmod(int(row["stream"]), 8)
    return Latest(
        datastream_id=datastream,
        statistic=STATISTICS[code] or told.get(datastream, ""),
        time=datetime_of(int(row["time"])),
        span=int(row["span"]),
        result=None if np.isnan(row["result"]) else float(row["result"]),
        suppressed=(int(row["mark"]) & 3) == SUPPRESSED,
    )


def _grid(holding: Holding) -> int | None:
    """The grid that still has to be applied here; a replica's places came coarse."""
    shaped = holding.mode is Mode.TERMS and not holding.is_replica
    return holding.terms.grid_m if shaped and holding.terms else None


def _spots(holding: Holding, rows: list[Any]) -> list[Spot]:
    by_thing: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_thing[row.thing_id].append(row)
    spots = [_spot(holding, streams) for streams in by_thing.values()]
    return sorted(spots, key=lambda spot: (spot.name.casefold(), spot.thing_id))


def _spot(holding: Holding, rows: list[Any]) -> Spot:
    thing, coarse = rows[0].thing, _grid(holding)
    place = thing.location
    longitude, latitude = (None, None) if place is None else (place.longitude, place.latitude)
    if coarse and longitude is not None and latitude is not None:
        longitude, latitude = grid.coarsen(longitude, latitude, coarse)
    told = holding.terms.grid_m if holding.terms and holding.is_replica else coarse
    return Spot(
        thing_id=thing.pk,
        name=thing.name,
        description="" if coarse else thing.description,
        place_name="" if coarse or place is None else place.name,
        longitude=longitude,
        latitude=latitude,
        grid_m=told,
        holding_key=holding.key,
        owner_name=holding.owner_name,
        streams=tuple(_stream(row, holding) for row in rows),
    )


def _stream(row: Any, holding: Holding) -> Stream:
    coarse, bucket = _grid(holding), horizons.bucket_us(holding.terms) if holding.terms else None
    shaped = bool(bucket) and holding.is_bucketed and holding.terms is not None
    codes = sorted(holding.terms.statistics, key=CODES.__getitem__) if shaped and holding.terms else [""]
    properties = {} if coarse else row.properties or {}
    return Stream(
        id=row.pk,
        name=row.name,
        description="" if coarse else row.description,
        measurand=row.observed_property.name.casefold(),
        measurand_name=row.observed_property.name,
        definition=row.observed_property.definition,
        unit_name=row.unit_name,
        unit_symbol=row.unit_symbol,
        unit_definition=row.unit_definition,
        observation_type=row.observation_type,
        kind=row.kind,
        sensor=row.sensor.name,
        expected_interval_s=(bucket or 0) // 1_000_000 if shaped else row.expected_interval_s,
        statistics=tuple(codes),
        statistic=str(properties.get("statistic") or "") if holding.is_replica else "",
    )
