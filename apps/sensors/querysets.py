"""Questions asked of the tables by more than one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models


class OriginQuerySet(models.QuerySet[Any]):
    """Own entities and replicas."""

    def own(self) -> Self:
        """What belongs to this city."""
        return self.filter(origin="")

    def of_origin(self, origin: str) -> Self:
        """Replicas of one owner (a DID)."""
        return self.filter(origin=origin)


class DatastreamQuerySet(OriginQuerySet):
    """Datastreams."""

    def shareable(self) -> Self:
        """Own datastreams and those replicas whose terms allow sharing onward, none of them internal."""
        return self.filter(models.Q(origin="") | models.Q(onward_allowed=True), is_internal=False)

    def described(self) -> Self:
        """With everything a description needs, in one query."""
        return self.select_related("state", "thing__location", "sensor", "observed_property")


class BatchQuerySet(models.QuerySet[Any]):
    """Batches."""

    def unnumbered(self) -> Self:
        """What the sequencer has yet to number."""
        return self.filter(number=None)

    def numbered_after(self, number: int) -> Self:
        """What a cursor at ``number`` has not seen, in the feed's order."""
        return self.filter(number__gt=number).order_by("number")

    def touching(self, datastream_ids: Iterable[int]) -> Self:
        """Batches that wrote to any of these datastreams."""
        return self.filter(datastream_ids__overlap=list(datastream_ids))
