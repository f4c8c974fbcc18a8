"""Reads of agreements: what is in force, what a peer offers, why somebody cannot see something."""

from apps.agreements.selectors.agreements import active, all_agreements, find, in_force, successor
from apps.agreements.selectors.explanations import Reason, explain
from apps.agreements.selectors.histories import Step, stuck, timeline, waiting_for_decision
from apps.agreements.selectors.offers import dataset, open_to, visible
from apps.agreements.selectors.pasts import agreement_at, recall
from apps.agreements.selectors.processes import negotiation, transfer
from apps.agreements.selectors.seen import (
    agreement,
    agreements,
    hanging,
    negotiations,
    offer,
    offers_of,
    seen_negotiation,
    seen_offers,
    transfer_of,
    waiting_for,
)

__all__ = [
    "Reason",
    "Step",
    "active",
    "agreement",
    "agreement_at",
    "agreements",
    "all_agreements",
    "dataset",
    "explain",
    "find",
    "hanging",
    "in_force",
    "negotiation",
    "negotiations",
    "offer",
    "offers_of",
    "open_to",
    "recall",
    "seen_negotiation",
    "seen_offers",
    "stuck",
    "successor",
    "timeline",
    "transfer",
    "transfer_of",
    "visible",
    "waiting_for",
    "waiting_for_decision",
]
