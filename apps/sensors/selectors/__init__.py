"""Everything that reads sensors' tables."""

from apps.sensors.selectors.batches import BatchRange, batches_after, epoch_and_high, unnumbered_count
from apps.sensors.selectors.columns import Column, copy_columns
from apps.sensors.selectors.descriptions import (
    by_external_keys,
    datastream,
    datastreams,
    matching,
    origins,
    own_datastreams,
    replica_ids,
    replicas_of,
    shareable,
    things,
)
from apps.sensors.selectors.observations import (
    count_rows,
    current_id,
    current_observation,
    observation,
    read_ordered,
)
from apps.sensors.selectors.partitions import MonthSize, closed_months, month_sizes
from apps.sensors.selectors.standing import entity, stream_of_observation, things_of, things_of_streams, unused
from apps.sensors.selectors.waiting import quarantined, quarantined_counts

__all__ = [
    "BatchRange",
    "Column",
    "MonthSize",
    "batches_after",
    "by_external_keys",
    "closed_months",
    "copy_columns",
    "count_rows",
    "current_id",
    "current_observation",
    "datastream",
    "datastreams",
    "entity",
    "epoch_and_high",
    "matching",
    "month_sizes",
    "observation",
    "origins",
    "own_datastreams",
    "quarantined",
    "quarantined_counts",
    "read_ordered",
    "replica_ids",
    "replicas_of",
    "shareable",
    "stream_of_observation",
    "things",
    "things_of",
    "things_of_streams",
    "unnumbered_count",
    "unused",
]
