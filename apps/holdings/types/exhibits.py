"""Chosen sensors as the public meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from apps.holdings.types.holdings import Holding
from apps.holdings.types.places import Spot, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Another city that gets a sensor's data: of which ``resolution``, kept there ``retention`` long, until when."""

    name: str
    resolution: str
    retention: timedelta | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibited:
    """One chosen sensor: what it measures in a plain sentence by language, where it stands, and who gets its data."""

    sentences: Mapping[str, str]
    holding: Holding
    spot: Spot
    stream: Stream
    receivers: tuple[Receiver, ...]

    @property
    def sentence(self) -> str:
        """What it measures, in the reader's language; German where there is no other."""
        return self.sentences.get((get_language() or "de")[:2]) or self.sentences["de"]
