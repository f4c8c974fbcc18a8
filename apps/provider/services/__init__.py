"""Writes of the provider: disclosing pages, hinting, withdrawing, accepting receipts."""

from apps.provider.services.disclosing import disclose_description, disclose_digests, disclose_page
from apps.provider.services.hints import announce, deliver_hint, due_hints
from apps.provider.services.notices import deliver_notice, due_notices, notice_of
from apps.provider.services.receipts import accept_receipt
from apps.provider.services.withdrawals import follow_ends, mark_overdue, withdraw

__all__ = [
    "accept_receipt",
    "announce",
    "deliver_hint",
    "deliver_notice",
    "disclose_description",
    "disclose_digests",
    "disclose_page",
    "due_hints",
    "due_notices",
    "follow_ends",
    "mark_overdue",
    "notice_of",
    "withdraw",
]
