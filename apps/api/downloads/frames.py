"""What all formats say about a row beside its value: which thing, what, in which unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.api import render
from apps.holdings.types import Chunk, Holding, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words that go with each row of a datastream; ``point`` is (longitude, latitude) or None."""

    thing: str
    name: str
    measurand: str
    unit: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One file to be written: the dataset, when it was made (UTC), and the words of its datastreams by id."""

    holding: Holding
    spots: Sequence[Spot]
    made_at: datetime
    labels: dict[int, Labels] = field(default_factory=dict)

    @classmethod
    def of(cls, holding: Holding, spots: Sequence[Spot], *, made_at: datetime) -> Frame:
        """With the labels of every datastream on these spots."""
        labels = {
            stream.id: Labels(
                thing=spot.name,
                name=stream.name,
                measurand=stream.measurand_name,
                unit=stream.unit_symbol or stream.unit_name,
                point=None if spot.longitude is None or spot.latitude is None else (spot.longitude, spot.latitude),
            )
            for spot in spots
            for stream in spot.streams
        }
        return cls(holding=holding, spots=spots, made_at=made_at, labels=labels)

    def about(self) -> dict[str, Any]:
        """The dataset as the API tells it, with the time this was made."""
        return {**render.dataset(self.holding), "made_at": self.made_at}


Chunks = Iterator[Chunk]
