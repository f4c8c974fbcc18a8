"""Reads of the consumer: status, own digests, staleness."""

from apps.consumer.selectors.digests import day_digests, replica_digest
from apps.consumer.selectors.holdings import matching, replicas
from apps.consumer.selectors.status import deletions, pages, received, staleness, status, subscription_of
from apps.consumer.selectors.throughput import comparisons, rows_by_hour, throughput, troubled

__all__ = [
    "comparisons",
    "day_digests",
    "deletions",
    "matching",
    "pages",
    "received",
    "replica_digest",
    "replicas",
    "rows_by_hour",
    "staleness",
    "status",
    "subscription_of",
    "throughput",
    "troubled",
]
