"""What happened to observations and their descriptions; announced on commit."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class ReadingsRecorded:
    """A batch was committed; it has no number yet."""

    batch_id: int
    datastream_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadingsDeleted:
    """Observations of one datastream were deleted; their tombstones are in this batch."""

    batch_id: int
    datastream_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BatchesNumbered:
    """The sequencer gave numbers ``low`` to ``high`` (both inclusive); the feed now shows these batches."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class DescriptionChanged:
    """Datastreams are new, or they, their thing, sensor or place were described anew."""

    datastream_ids: tuple[int, ...]


readings_recorded: Event[ReadingsRecorded] = Event("sensors.readings_recorded")
readings_deleted: Event[ReadingsDeleted] = Event("sensors.readings_deleted")
batches_numbered: Event[BatchesNumbered] = Event("sensors.batches_numbered")
description_changed: Event[DescriptionChanged] = Event("sensors.description_changed")
