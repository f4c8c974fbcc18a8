"""The words in which other apps speak to this one: readings, results, descriptions of devices."""

from apps.sensors.types.devices import Device, Place, SensorSpec, StreamSpec
from apps.sensors.types.devices import ObservedPropertySpec as ObservedPropertySpec
from apps.sensors.types.identifiers import (
    MAX_BATCH_ROWS,
    ORDINAL_BITS,
    batch_of,
    first_id,
    last_id,
    ordinal_of,
)
from apps.sensors.types.nouns import Noun
from apps.sensors.types.provenance import RECORDING, UPLOADED
from apps.sensors.types.readings import (
    EARLIEST,
    FLAG_DELETED,
    FLAG_SUPPRESSED,
    FLAG_VALUE,
    LATEST,
    SUPPRESSED_EXTRA,
    Readings,
    datetime_of,
    micros,
)
from apps.sensors.types.results import BatchResult, QuarantineRow, Reason, Rejection, ReplayResult
from apps.sensors.types.units import shown_unit

__all__ = [
    "EARLIEST",
    "FLAG_DELETED",
    "FLAG_SUPPRESSED",
    "FLAG_VALUE",
    "LATEST",
    "MAX_BATCH_ROWS",
    "ORDINAL_BITS",
    "RECORDING",
    "SUPPRESSED_EXTRA",
    "UPLOADED",
    "BatchResult",
    "Device",
    "Noun",
    "ObservedPropertySpec",
    "Place",
    "QuarantineRow",
    "Readings",
    "Reason",
    "Rejection",
    "ReplayResult",
    "SensorSpec",
    "StreamSpec",
    "batch_of",
    "datetime_of",
    "first_id",
    "last_id",
    "micros",
    "ordinal_of",
    "shown_unit",
]
