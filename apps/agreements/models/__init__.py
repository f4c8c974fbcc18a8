"""Tables of agreements. Written by ``services`` only."""

from apps.agreements.models.agreements import Agreement
from apps.agreements.models.messages import Message, Outbox, ProtocolBinding
from apps.agreements.models.negotiations import Negotiation
from apps.agreements.models.offers import Offer
from apps.agreements.models.transfers import Transfer

__all__ = ["Agreement", "Message", "Negotiation", "Offer", "Outbox", "ProtocolBinding", "Transfer"]
