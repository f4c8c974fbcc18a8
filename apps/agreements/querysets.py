"""Reusable questions to the tables of agreements."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.agreements.states import NEGOTIATION, TRANSFER, AgreementState, Role
from apps.agreements.types import OfferState, Outcome

if TYPE_CHECKING:
    from django.db.models import Model


class OfferQuerySet(models.QuerySet[Any]):
    """Offers."""

    def open_to(self, peer: Model) -> OfferQuerySet:
        """Open offers whose audience holds the peer or is empty."""
        mine = self.model.audience.through.objects.filter(offer_id=OuterRef("pk"), peer_id=peer.pk)
        anyone = self.model.audience.through.objects.filter(offer_id=OuterRef("pk"))
        return self.filter(Exists(mine) | ~Exists(anyone), state=OfferState.OPEN)


class NegotiationQuerySet(models.QuerySet[Any]):
    """Negotiations."""

    def open(self) -> NegotiationQuerySet:
        """Those that can still move."""
        return self.exclude(state__in=NEGOTIATION.final)

    def of_pid(self, pid: str, peer: Model) -> NegotiationQuerySet:
        """Those of the peer that this node knows under the process id ``pid`` of its own."""
        ours = Q(role=Role.PROVIDER, provider_pid=pid) | Q(role=Role.CONSUMER, consumer_pid=pid)
        return self.filter(ours, peer_id=peer.pk)


class AgreementQuerySet(models.QuerySet[Any]):
    """Agreements."""

    def active(self, at: datetime) -> AgreementQuerySet:
        """In force at ``at``: neither ended nor past its expiry, even where the tick has not yet noticed."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), state=AgreementState.ACTIVE)

    def overdue(self, at: datetime) -> AgreementQuerySet:
        """Past their expiry and not yet marked so."""
        return self.filter(state=AgreementState.ACTIVE, expires_at__lte=at)


class TransferQuerySet(models.QuerySet[Any]):
    """Transfers."""

    def open(self) -> TransferQuerySet:
        """Those that can still move."""
        return self.exclude(state__in=TRANSFER.final)

    def of_pid(self, pid: str, peer: Model) -> TransferQuerySet:
        """Those of the peer that this node knows under the process id ``pid`` of its own."""
        ours = Q(role=Role.PROVIDER, provider_pid=pid) | Q(role=Role.CONSUMER, consumer_pid=pid)
        return self.filter(ours, peer_id=peer.pk)


class OutboxQuerySet(models.QuerySet[Any]):
    """Messages to send."""

    def pending(self) -> OutboxQuerySet:
        """Not yet acknowledged, refused or dropped."""
        return self.filter(outcome=Outcome.PENDING)

    def first_in_line(self) -> OutboxQuerySet:
        """Pending messages with no older pending one about the same negotiation or transfer."""
        older = self.model._default_manager.filter(outcome=Outcome.PENDING, pk__lt=OuterRef("pk"))
        same = Q(negotiation=OuterRef("negotiation")) | Q(transfer=OuterRef("transfer"))
        return self.pending().filter(~Exists(older.filter(same)))

    def hanging(self) -> OutboxQuerySet:
        """Those a person may want to send again: pending, or refused by the peer."""
        return self.filter(outcome__in=(Outcome.PENDING, Outcome.REFUSED))
