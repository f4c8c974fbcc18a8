"""Operator screens of agreements: everything readable, nothing editable, and four actions that are services."""

from apps.agreements.admin.contracts import AgreementAdmin, OfferAdmin
from apps.agreements.admin.processes import (
    MessageAdmin,
    NegotiationAdmin,
    OutboxAdmin,
    ProtocolBindingAdmin,
    TransferAdmin,
)

__all__ = [
    "AgreementAdmin",
    "MessageAdmin",
    "NegotiationAdmin",
    "OfferAdmin",
    "OutboxAdmin",
    "ProtocolBindingAdmin",
    "TransferAdmin",
]
