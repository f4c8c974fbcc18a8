"""Reads of the provider: what a peer may see (``access``), pages (``pages``), descriptions, digests, reports."""

from apps.provider.selectors.access import ended_agreement, view_of
from apps.provider.selectors.descriptions import describe, describe_and_remember, description_digest
from apps.provider.selectors.digests import columns_of, dataset_digest, day_digests, digest_report
from apps.provider.selectors.pages import read_page
from apps.provider.selectors.previews import Preview, Reach, preview, reach
from apps.provider.selectors.public import Condensed, condensed, data_days, latest, public_view, read_rows, whole_view
from apps.provider.selectors.reports import around, disclosed, disclosures, given, overdue, withdrawal_of, withdrawals

__all__ = [
    "Condensed",
    "Preview",
    "Reach",
    "around",
    "columns_of",
    "condensed",
    "data_days",
    "dataset_digest",
    "day_digests",
    "describe",
    "describe_and_remember",
    "description_digest",
    "digest_report",
    "disclosed",
    "disclosures",
    "ended_agreement",
    "given",
    "latest",
    "overdue",
    "preview",
    "public_view",
    "reach",
    "read_page",
    "read_rows",
    "view_of",
    "whole_view",
    "withdrawal_of",
    "withdrawals",
]
