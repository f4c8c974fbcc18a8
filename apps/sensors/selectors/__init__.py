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
    replicas_of,
    shareable,
    things,
)
from apps.sensors.selectors.observations import count_rows, observation, read_ordered
from apps.sensors.selectors.partitions import MonthSize, closed_months, month_sizes
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
    "datastream",
    "datastreams",
    "epoch_and_high",
    "matching",
    "month_sizes",
    "observation",
    "origins",
    "own_datastreams",
    "quarantined",
    "quarantined_counts",
    "read_ordered",
    "replicas_of",
    "shareable",
    "things",
    "unnumbered_count",
]
