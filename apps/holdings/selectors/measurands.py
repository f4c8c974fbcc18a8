"""The same quantity across the cities: own data and replicas that share a definition or a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.text import slugify

from apps.holdings.selectors.holdings import Principal, holdings
from apps.holdings.selectors.places import places
from apps.holdings.types import Holding, Measurand, Part, Spot, Stream


def measurands(
    principal: Principal, *, among: Sequence[Holding] | None = None, at: datetime | None = None
) -> list[Measurand]:
    """Every quantity in what the reader may see (or in the holdings ``among`` it), those of most cities first.

    Observed properties are one measurand when they have the same definition (a URI), or the same name in whatever case.
    """
    shown = holdings(principal, at=at) if among is None else list(among)
    found = [
        (holding, stream)
        for holding, spots in _by_holding(shown, places(principal, shown, at=at))
        for spot in spots
        for stream in spot.streams
    ]
    groups = _groups(stream for _holding, stream in found)
    sorted_in: dict[str, list[tuple[Holding, Stream]]] = defaultdict(list)
    for holding, stream in found:
        sorted_in[groups[stream.measurand]].append((holding, stream))
    made = _keyed(sorted_in)
    return sorted(made, key=lambda one: (-one.cities, one.name.casefold(), one.key))


def _by_holding(shown: Sequence[Holding], spots: list[Spot]) -> list[tuple[Holding, list[Spot]]]:
    by_key: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_key[spot.holding_key].append(spot)
    return [(holding, by_key[holding.key]) for holding in shown]


def _groups(streams: Iterable[Stream]) -> dict[str, str]:
    """The group of each name: the first name (by alphabet) that shares a definition with it."""
    defined: dict[str, set[str]] = defaultdict(set)
    names = set()
    for stream in streams:
        names.add(stream.measurand)
        if stream.definition:
            defined[stream.definition].add(stream.measurand)
    group = {name: name for name in names}
    for alike in sorted(defined.values(), key=sorted):
        roots = {group[name] for name in alike}
        first = min(roots)
        group = {name: first if root in roots else root for name, root in group.items()}
    return group


def _keyed(sorted_in: dict[str, list[tuple[Holding, Stream]]]) -> list[Measurand]:
    taken: dict[str, int] = {}
    made = []
    for name in sorted(sorted_in):
        slug = slugify(name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")) or "x"
        taken[slug] = taken.get(slug, 0) + 1
        key = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        made.append(_measurand(key, sorted_in[name]))
    return made


def _measurand(key: str, members: list[tuple[Holding, Stream]]) -> Measurand:
    streams = [stream for _holding, stream in members]
    by_holding: dict[str, list[Stream]] = defaultdict(list)
    shown = {holding.key: holding for holding, _stream in members}
    for holding, stream in members:
        by_holding[holding.key].append(stream)
    parts = [_part(shown[key_of], found) for key_of, found in by_holding.items()]
    return Measurand(
        key=key,
        name=streams[0].measurand_name,
        definition=next((stream.definition for stream in streams if stream.definition), ""),
        unit_symbol=next((stream.unit_symbol for stream in streams if stream.unit_symbol), ""),
        parts=tuple(sorted(parts, key=lambda part: (part.is_replica, part.owner_name, part.holding_key))),
    )


def _part(holding: Holding, streams: list[Stream]) -> Part:
    statistics = sorted(
        {name for one in streams for name in (one.statistics if not one.statistic else [one.statistic])}
    )
    return Part(
        holding_key=holding.key,
        owner_did=holding.owner_did,
        owner_name=holding.owner_name,
        is_replica=holding.is_replica,
        datastream_ids=tuple(sorted(stream.id for stream in streams)),
        unit_symbol=next((one.unit_symbol for one in streams if one.unit_symbol), ""),
        statistics=tuple(statistics),
    )
