"""Reads of the consumer: status, own digests, staleness."""

from apps.consumer.selectors.digests import day_digests, replica_digest
from apps.consumer.selectors.status import pages, replicas, staleness, status, subscription_of

__all__ = ["day_digests", "pages", "replica_digest", "replicas", "staleness", "status", "subscription_of"]
