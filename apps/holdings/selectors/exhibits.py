"""The sensors that a city chose to show, as far as everybody may see them, and who gets their data."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from apps.agreements import selectors as agreements
from apps.agreements.states import Role
from apps.catalogue.models import DatasetMember, Exhibit
from apps.core import clock
from apps.holdings.selectors.holdings import holdings
from apps.holdings.selectors.open_terms import understood
from apps.holdings.selectors.places import places
from apps.holdings.types import Exhibited, Holding, Receiver, Spot, Stream


def exhibits(*, at: datetime | None = None) -> list[Exhibited]:
    """The chosen sensors in their order; those that are not public (any more) are left out. Constant in queries.

    Receivers are the cities with an agreement in force about any dataset that holds the datastream, public or not.
    """
    moment = at or clock.now()
    chosen = list(Exhibit.objects.filter(is_shown=True))
    wanted = {row.datastream_id for row in chosen}
    shown = [one for one in holdings(None, at=moment) if not one.is_replica and wanted & set(one.datastream_ids)]
    found = _found(shown, moment)
    receivers = _receivers(wanted, moment)
    return [
        Exhibited(
            sentences={code: text for code, text in (("de", row.sentence_de), ("en", row.sentence_en)) if text},
            holding=found[row.datastream_id][0],
            spot=found[row.datastream_id][1],
            stream=found[row.datastream_id][2],
            receivers=tuple(receivers[row.datastream_id]),
        )
        for row in chosen
        if row.datastream_id in found
    ]


def _found(shown: list[Holding], at: datetime) -> dict[int, tuple[Holding, Spot, Stream]]:
    """Where each datastream is shown; in several datasets the one with the finest terms, by its resolution, counts."""
    order = {"raw": 0, "PT15M": 1, "PT1H": 2, "P1D": 3}
    by_key = {one.key: one for one in sorted(shown, key=lambda one: -order[one.resolution])}
    spots = sorted(places(None, shown, at=at), key=lambda spot: list(by_key).index(spot.holding_key))
    return {stream.id: (by_key[spot.holding_key], spot, stream) for spot in spots for stream in spot.streams}


def _receivers(wanted: set[int], at: datetime) -> dict[int, list[Receiver]]:
    members: dict[int, list[int]] = defaultdict(list)
    rows = DatasetMember.objects.filter(datastream__in=wanted).values_list("dataset_id", "datastream_id")
    for dataset, datastream in rows:
        members[dataset].append(datastream)
    found: dict[int, list[Receiver]] = defaultdict(list)
    given = agreements.in_force(at=at).filter(role=Role.PROVIDER, dataset__in=members).order_by("peer__name", "pk")
    for agreement in given:
        terms = understood(agreement.terms)
        receiver = Receiver(
            name=agreement.peer.name,
            resolution=terms.resolution if terms else "raw",
            retention=terms.retention if terms else None,
            until=agreement.expires_at,
        )
        for datastream in members[agreement.dataset_id]:
            found[datastream].append(receiver)
    return found
