"""Everything that writes sensors' tables."""

from apps.sensors.services.deletion import delete
from apps.sensors.services.entities import create_entity, delete_entity, update_entity
from apps.sensors.services.entities.features import feature_of_location
from apps.sensors.services.epochs import bump_epoch
from apps.sensors.services.observations import ObservationChange, change_observation, delete_observation
from apps.sensors.services.packing import PackResult, pack_due, pack_partition
from apps.sensors.services.partitions import ensure_ahead, ensure_partitions
from apps.sensors.services.quarantine import dismiss, quarantine, replay
from apps.sensors.services.recording import record
from apps.sensors.services.registration import register
from apps.sensors.services.replicas import apply_replica, describe_replica, purge_replica
from apps.sensors.services.sequencing import sequence

__all__ = [
    "ObservationChange",
    "PackResult",
    "apply_replica",
    "bump_epoch",
    "change_observation",
    "create_entity",
    "delete",
    "delete_entity",
    "delete_observation",
    "describe_replica",
    "dismiss",
    "ensure_ahead",
    "ensure_partitions",
    "feature_of_location",
    "pack_due",
    "pack_partition",
    "purge_replica",
    "quarantine",
    "record",
    "register",
    "replay",
    "sequence",
    "update_entity",
]
