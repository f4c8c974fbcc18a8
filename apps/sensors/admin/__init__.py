"""Operator screens of the sensors app."""

from apps.sensors.admin.batches import BatchAdmin, CorrectionAdmin, EpochAdmin, PartitionAdmin, TombstoneAdmin
from apps.sensors.admin.entities import (
    FeatureOfInterestAdmin,
    HistoricalLocationAdmin,
    LocationAdmin,
    ObservedPropertyAdmin,
    SensorAdmin,
    ThingAdmin,
)
from apps.sensors.admin.observations import ObservationAdmin
from apps.sensors.admin.quarantine import QuarantinedAdmin
from apps.sensors.admin.streams import DatastreamAdmin, DatastreamStateAdmin

__all__ = [
    "BatchAdmin",
    "CorrectionAdmin",
    "DatastreamAdmin",
    "DatastreamStateAdmin",
    "EpochAdmin",
    "FeatureOfInterestAdmin",
    "HistoricalLocationAdmin",
    "LocationAdmin",
    "ObservationAdmin",
    "ObservedPropertyAdmin",
    "PartitionAdmin",
    "QuarantinedAdmin",
    "SensorAdmin",
    "ThingAdmin",
    "TombstoneAdmin",
]
