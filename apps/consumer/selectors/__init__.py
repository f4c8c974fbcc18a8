"""Reads of the consumer: status, own digests, staleness."""

from apps.consumer.selectors.digests import day_digests, replica_digest
from apps.consumer.selectors.holdings import matching, replicas
from apps.consumer.selectors.status import deletions, pages, received, staleness, status, subscription_of

__all__ = [
    "day_digests",
    "deletions",
    "matching",
    "pages",
    "received",
    "replica_digest",
    "replicas",
    "staleness",
    "status",
    "subscription_of",
]
