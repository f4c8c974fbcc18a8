"""The latest value of many holdings at once, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from apps.core import clock
from apps.holdings.selectors.holdings import Principal
from apps.holdings.selectors.views import view_of
from apps.holdings.types import Holding, Latest, Mode
from apps.holdings.types.rows import STATISTICS
from apps.policies.terms import Terms
from apps.provider import selectors as provider
from apps.provider.types import SUPPRESSED
from apps.sensors.models import DatastreamState
from apps.sensors.types import datetime_of

MOST_SHAPES: Final = 4
"""Of so many different terms that shape values the latest are looked up; the rest tell it on their own page only."""

Key = tuple[str, int]


def now(
    principal: Principal,
    holdings: Sequence[Holding],
    datastream_ids: Collection[int] | None = None,
    *,
    at: datetime | None = None,
) -> dict[Key, tuple[Latest, ...]]:
    """(holding's key, datastream) → its latest value, one for each statistic; what has none is missing.

    One query for all that is shown as it is stored, and a few for each of at most four kinds of terms that shape
    values. Raises NotPermitted for a holding that somebody else was shown.
    """
    moment = at or clock.now()
    plain: list[Holding] = []
    shaped: dict[str, list[Holding]] = defaultdict(list)
    for one in holdings:
        view_of(principal, one, (), at=moment)
        terms = _shaping(one)
        if terms is None:
            plain.append(one)
        else:
            shaped[terms.digest()].append(one)
    wanted = None if datastream_ids is None else frozenset(datastream_ids)
    found = _stored(plain, wanted)
    for alike in list(shaped.values())[:MOST_SHAPES]:
        found |= _under_terms(alike, wanted, moment)
    return found


def _shaping(one: Holding) -> Terms | None:
    """The terms that make what the reader sees differ from what is stored; None where they do not."""
    if one.mode is Mode.WHOLE or one.is_replica or one.terms is None:
        return None
    terms = one.terms
    plain = terms.resolution == "raw" and not terms.delay and terms.window is None and terms.suppress_below is None
    return None if plain else terms


def _chosen(one: Holding, wanted: frozenset[int] | None) -> list[int]:
    return [pk for pk in one.datastream_ids if wanted is None or pk in wanted]


def _stored(holdings: list[Holding], wanted: frozenset[int] | None) -> dict[Key, tuple[Latest, ...]]:
    ids = {pk for one in holdings for pk in _chosen(one, wanted)}
    if not ids:
        return {}
    rows = DatastreamState.objects.filter(pk__in=ids, last_time__isnull=False)
    read = rows.values_list("pk", "last_time", "last_result")
    states = {pk: (last, result) for pk, last, result in read if last is not None}
    return {
        (one.key, pk): (_plain(pk, *states[pk]),) for one in holdings for pk in _chosen(one, wanted) if pk in states
    }


def _plain(pk: int, time: datetime, result: float | None) -> Latest:
    return Latest(datastream_id=pk, statistic="", time=time, span=0, result=result, suppressed=False)


def _under_terms(alike: list[Holding], wanted: frozenset[int] | None, at: datetime) -> dict[Key, tuple[Latest, ...]]:
    ids = {pk for one in alike for pk in _chosen(one, wanted)}
    terms = alike[0].terms
    if not ids or terms is None:
        return {}
    by_stream: dict[int, list[Latest]] = defaultdict(list)
    for row in provider.latest(provider.public_view(ids, terms, at=at)):
        datastream, code = divmod(int(row["stream"]), 8)
        by_stream[datastream].append(
            Latest(
                datastream_id=datastream,
                statistic=STATISTICS[code],
                time=datetime_of(int(row["time"])),
                span=int(row["span"]),
                result=None if np.isnan(row["result"]) else float(row["result"]),
                suppressed=(int(row["mark"]) & 3) == SUPPRESSED,
            )
        )
    return {(one.key, pk): tuple(by_stream[pk]) for one in alike for pk in _chosen(one, wanted) if by_stream.get(pk)}
