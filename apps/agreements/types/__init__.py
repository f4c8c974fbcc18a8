"""The words of agreements that are not states, and what a policy says in them."""

from apps.agreements.types.readings import Reading, offered, read
from apps.agreements.types.words import (
    END_CODE,
    FEED_FORMAT,
    Decision,
    Direction,
    Halt,
    OfferState,
    Outcome,
    catalogue_urn,
    dataset_urn,
    new_urn,
)

__all__ = [
    "END_CODE",
    "FEED_FORMAT",
    "Decision",
    "Direction",
    "Halt",
    "OfferState",
    "Outcome",
    "Reading",
    "catalogue_urn",
    "dataset_urn",
    "new_urn",
    "offered",
    "read",
]
