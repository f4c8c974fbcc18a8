"""Writes of the consumer."""

from apps.consumer.services.comparing import request_comparison
from apps.consumer.services.endings import accept_hint, accept_withdrawal, follow_agreements
from apps.consumer.services.pulling import due_pulls, pull
from apps.consumer.services.purging import due_purges, purge
from apps.consumer.services.rebuilding import rebuild
from apps.consumer.services.retention import retain

__all__ = [
    "accept_hint",
    "accept_withdrawal",
    "due_pulls",
    "due_purges",
    "follow_agreements",
    "pull",
    "purge",
    "rebuild",
    "request_comparison",
    "retain",
]
