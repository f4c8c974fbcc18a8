"""Writes of the catalogue: datasets and their members, drafts of terms, and the release by different people."""

from apps.catalogue.services.datasets import create_dataset, describe_dataset, set_members, start_dataset
from apps.catalogue.services.drafts import draft_terms, prepare
from apps.catalogue.services.exhibits import choose, count_views
from apps.catalogue.services.releases import gate, release, withdraw_release

__all__ = [
    "choose",
    "count_views",
    "create_dataset",
    "describe_dataset",
    "draft_terms",
    "gate",
    "prepare",
    "release",
    "set_members",
    "start_dataset",
    "withdraw_release",
]
