"""Tables of the sensors app, one noun per file."""

from apps.sensors.models.batches import Batch, Epoch
from apps.sensors.models.entities import (
    Entity,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
)
from apps.sensors.models.observations import Correction, Observation, Partition, Tombstone
from apps.sensors.models.quarantine import Quarantined
from apps.sensors.models.streams import Datastream, DatastreamState
from apps.sensors.models.things import Thing

__all__ = [
    "Batch",
    "Correction",
    "Datastream",
    "DatastreamState",
    "Entity",
    "Epoch",
    "FeatureOfInterest",
    "HistoricalLocation",
    "Location",
    "Observation",
    "ObservedProperty",
    "Partition",
    "Quarantined",
    "Sensor",
    "Thing",
    "Tombstone",
]
