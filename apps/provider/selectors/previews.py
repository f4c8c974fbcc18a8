"""What a peer would receive under terms, beside what stays here – by the very statements that make the feed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apps.agreements import selectors as agreements
from apps.agreements.models import Agreement
from apps.catalogue import selectors as catalogue
from apps.catalogue.models import Dataset
from apps.core import clock
from apps.peers.models import Peer
from apps.policies import horizons, places
from apps.policies import terms as language
from apps.policies.terms import Terms
from apps.provider.selectors import pages
from apps.provider.selectors.access import members_of
from apps.provider.types import CODES, NO_HORIZON, SUPPRESSED, Scope, View, to_datetime, to_us
from apps.sensors import selectors as sensors
from apps.sensors.models import Datastream

SPANS = {
    "raw": timedelta(hours=2),
    "PT15M": timedelta(hours=4),
    "PT1H": timedelta(days=1),
    "P1D": timedelta(days=7),
}
"""How far back a preview looks from the latest reading, by resolution."""
STREAMS, ROWS = 4, 12
NEVER = datetime.min.replace(tzinfo=UTC)
_NAMES = {code: name for name, code in CODES.items() if name}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One value of one stream; ``value`` None where it is suppressed or no number. ``at`` is aware UTC."""

    datastream: str
    unit: str
    statistic: str
    at: datetime
    value: float | None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class PreviewPlace:
    """Where a thing stands, (longitude, latitude), and where the peer would be told that it stands."""

    thing: str
    exact: tuple[float, float]
    told: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Preview:
    """Both sides of a release over the same stretch of time; ``shared`` and ``kept`` are newest first, and cut.

    ``shared_count`` and ``kept_count`` count that stretch for the streams shown; ``datastreams`` how many there are in
    all. ``until`` is the last moment disclosed now (aware UTC), None without a limit.
    """

    shared: tuple[PreviewRow, ...]
    kept: tuple[PreviewRow, ...]
    shared_count: int
    kept_count: int
    datastreams: int
    places: tuple[PreviewPlace, ...]
    start: datetime | None
    end: datetime | None
    until: datetime | None


def preview(dataset: Dataset, terms: Terms, *, at: datetime | None = None) -> Preview:
    """What the terms would let out of the dataset's latest readings. Nothing is disclosed or recorded by asking."""
    view = _view(dataset, terms, at or clock.now())
    streams = list(sensors.datastreams(view.ids))
    chosen = sorted(streams, key=lambda one: one.last_time or NEVER, reverse=True)[:STREAMS]
    latest = max((one.last_time for one in chosen if one.last_time), default=None)
    until = None if view.until >= NO_HORIZON else to_datetime(view.until)
    located = tuple(place for one in _things(streams) if (place := _place(one, terms)) is not None)
    if latest is None:
        return Preview((), (), 0, 0, len(streams), located, None, None, until)
    end = latest + timedelta(microseconds=1)
    # What a delay holds back shows best when the stretch reaches over it.
    start = latest - SPANS[terms.resolution] - terms.delay
    scope = Scope(tuple(one.pk for one in chosen), to_us(start), to_us(end) + (view.bucket or 0))
    shared, kept = _shared(view, chosen, scope), _kept(chosen, start, end)
    return Preview(shared[:ROWS], kept[:ROWS], len(shared), len(kept), len(streams), located, start, latest, until)


def _view(dataset: Dataset, terms: Terms, at: datetime) -> View:
    horizon = horizons.horizon(terms, at)
    return View(
        agreement_id=0,
        agreement_uid="urn:owl:preview",
        dataset_id=dataset.pk,
        terms=terms,
        members=members_of(dataset),
        start=max(0, horizon.start_us or 0),
        until=NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us),
        bucket=horizons.bucket_us(terms),
    )


def _shared(view: View, chosen: list[Datastream], scope: Scope) -> tuple[PreviewRow, ...]:
    epoch, high = sensors.epoch_and_high()
    about = {one.pk: one for one in chosen}
    cursor, found = None, []
    for _page in range(len(chosen) + 2):
        page = pages.read_page(view, cursor, epoch=epoch, high=high, limit=2_000, scope=scope)
        found += [
            PreviewRow(
                datastream=about[stream // 8].name,
                unit="" if _NAMES.get(stream % 8) == "count" else about[stream // 8].unit_symbol,
                statistic=_NAMES.get(stream % 8, ""),
                at=to_datetime(time),
                value=None if math.isnan(result) else result,
                suppressed=flag % 8 == SUPPRESSED,
            )
            for stream, time, _span, result, flag in page.rows.tolist()
        ]
        if not page.more:
            break
        cursor = page.next_cursor
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))


def _kept(chosen: list[Datastream], start: datetime, end: datetime) -> tuple[PreviewRow, ...]:
    about = {one.pk: one for one in chosen}
    rows = sensors.read_ordered(datastream_ids=sorted(about), start=start, end=end, limit=20_000).tolist()
    found = [
        PreviewRow(about[pk].name, about[pk].unit_symbol, "", to_datetime(time), None if math.isnan(result) else result)
        for pk, time, _span, _id, result in rows
    ]
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))


def _things(streams: list[Datastream]) -> list[Datastream]:
    return list({one.thing_id: one for one in streams}.values())


def _place(stream: Datastream, terms: Terms) -> PreviewPlace | None:
    spot = stream.thing.location
    if spot is None or spot.longitude is None or spot.latitude is None:
        return None
    exact = (spot.longitude, spot.latitude)
    return PreviewPlace(stream.thing.name, exact, places.coarsen(*exact, terms.grid_m) if terms.grid_m else exact)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a peer could have at a moment: under which words, and values up to when (aware UTC; None: no limit)."""

    under_agreement: bool
    start: datetime | None
    until: datetime | None


def reach(dataset: Dataset, peer: Peer, *, at: datetime) -> Reach | None:
    """Which values the agreement of that moment – else the newest, else the terms in force – let out; None without."""
    agreement = (
        agreements.agreement_at(dataset, peer, at=at)
        or Agreement.objects.filter(role="provider", dataset=dataset, peer=peer, signed_at__lte=at)
        .order_by("signed_at")
        .last()
    )
    released = catalogue.released(dataset)
    mapping = agreement.terms if agreement else released.terms if released else None
    if mapping is None:
        return None
    horizon = horizons.horizon(language.parse(mapping), at)
    start = None if horizon.start_us is None else to_datetime(max(0, horizon.start_us))
    until = None if horizon.until_us is None else to_datetime(max(0, horizon.until_us))
    return Reach(agreement is not None, start, until)
