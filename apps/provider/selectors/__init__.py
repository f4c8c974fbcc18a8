"""Reads of the provider: what a peer may see (``access``), pages (``pages``), descriptions, digests, reports."""

from apps.provider.selectors.access import ended_agreement, view_of
from apps.provider.selectors.descriptions import describe, describe_and_remember, description_digest
from apps.provider.selectors.digests import columns_of, dataset_digest, day_digests, digest_report
from apps.provider.selectors.pages import read_page
from apps.provider.selectors.previews import Preview, Reach, preview, reach
from apps.provider.selectors.reports import disclosures, given, overdue, withdrawal_of, withdrawals

__all__ = [
    "Preview",
    "Reach",
    "columns_of",
    "dataset_digest",
    "day_digests",
    "describe",
    "describe_and_remember",
    "description_digest",
    "digest_report",
    "disclosures",
    "ended_agreement",
    "given",
    "overdue",
    "preview",
    "reach",
    "read_page",
    "view_of",
    "withdrawal_of",
    "withdrawals",
]
