"""Reads of agreements: what is in force, what a peer offers, why somebody cannot see something."""

from apps.agreements.selectors.agreements import active, all_agreements, find, in_force, successor
from apps.agreements.selectors.explanations import Reason, explain
from apps.agreements.selectors.histories import Step, stuck, timeline, waiting_for_decision
from apps.agreements.selectors.offers import dataset, open_to, visible
from apps.agreements.selectors.processes import negotiation, transfer

__all__ = [
    "Reason",
    "Step",
    "active",
    "all_agreements",
    "dataset",
    "explain",
    "find",
    "in_force",
    "negotiation",
    "open_to",
    "stuck",
    "successor",
    "timeline",
    "transfer",
    "visible",
    "waiting_for_decision",
]
