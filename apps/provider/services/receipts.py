"""Accepting the consumer's signed statement that its copy is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.agreements import selectors as agreements
from apps.agreements.models import Agreement
from apps.agreements.states import AgreementState, Role
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers import selectors as peers
from apps.peers.models import Peer
from apps.provider.models import Receipt, Withdrawal
from apps.provider.services.withdrawals import open_withdrawal
from apps.provider.types import WithdrawalState
from apps.wire import canonical, envelopes, messages
from apps.wire.keys import VerifyKey


def accept_receipt(*, peer: Peer, envelope: Mapping[str, Any], at: datetime | None = None) -> Withdrawal | None:
    """Verify a deletion receipt of the peer, keep it, enter it in the ledger; the same receipt twice counts once.

    A receipt about retention closes nothing (None is returned), it is only entered. Raises Invalid and the errors of
    ``wire.envelopes`` for a receipt that is not this peer's, NotFound for an agreement it never had, Conflict for one
    in force or for rows left over.
    """
    moment = at or clock.now()
    message = _opened(peer, envelope)
    agreement = agreements.find(message.agreement, peer=peer)
    if agreement is None or agreement.role != Role.PROVIDER:
        raise NotFound(_("This node gave out no such agreement."), part="agreement")
    digest = canonical.digest(dict(envelope))
    with transaction.atomic():
        withdrawal = None if message.kind == "retention" else _to_close(agreement, message, moment)
        known = Receipt.objects.filter(digest=digest).first()
        if known is not None or (withdrawal is not None and withdrawal.receipt_id is not None):
            return withdrawal
        entry = _enter(agreement, message, envelope, digest, moment)
        receipt = _keep(agreement, message, envelope, entry=entry, at=moment)
        if withdrawal is not None:
            _close(withdrawal, receipt)
        return withdrawal


def _to_close(agreement: Agreement, message: messages.Receipt, at: datetime) -> Withdrawal:
    over = agreement.state != AgreementState.ACTIVE or (agreement.expires_at is not None and agreement.expires_at <= at)
    if not over:
        raise Conflict(_("This agreement is in force."), part="agreement")
    if message.rows_after:
        raise Conflict(
            _("The receipt speaks of %(rows)d rows left over.") % {"rows": message.rows_after},
            part="rows_after",
            remedy=_("Delete them and send a new receipt."),
        )
    open_withdrawal(agreement, at)
    row: Withdrawal = Withdrawal.objects.select_for_update(of=("self",)).get(agreement=agreement)
    return row


def _keep(
    agreement: Agreement,
    message: messages.Receipt,
    envelope: Mapping[str, Any],
    *,
    entry: int,
    at: datetime,
) -> Receipt:
    return Receipt.objects.create(
        agreement=agreement,
        kind=message.kind,
        envelope=dict(envelope),
        digest=canonical.digest(dict(envelope)),
        rows_before=message.rows_before,
        rows_after=message.rows_after,
        purged_at=message.purged_at,
        received_at=at,
        entry=entry,
    )


def _close(row: Withdrawal, receipt: Receipt) -> None:
    """The duty is done, whoever held its lease; an unsent notice is not needed any more."""
    row.state = WithdrawalState.CONFIRMED
    row.receipt = receipt
    row.next_attempt_at = row.leased_until = row.lease = None
    row.save()


def _opened(peer: Peer, envelope: Mapping[str, Any]) -> messages.Receipt:
    def of_peer(keyid: str) -> VerifyKey | None:
        return peers.verify_key(keyid) if keyid.partition("#")[0] == peer.did else None

    receipt = envelopes.open(envelope, of_peer)
    if not isinstance(receipt, messages.Receipt):
        raise Invalid(_("This envelope holds no receipt."), part="type")
    if receipt.consumer != peer.did or receipt.owner != peers.this_node().did:
        raise Invalid(_("This receipt is about somebody else."), part="consumer")
    return receipt


def _enter(
    agreement: Agreement, message: messages.Receipt, envelope: Mapping[str, Any], digest: str, at: datetime
) -> int:
    entry = ledger.append(
        kind=Kind.RECEIPT_ACCEPTED,
        subject=agreement.uid,
        payload={
            "agreement": agreement.uid,
            "peer": agreement.peer.did,
            "digest": digest,
            "rows": message.rows_deleted,
            "dataset": agreement.dataset_identifier,
            "kind": message.kind,
            "keyid": envelopes.signers(envelope)[0],
            "purged_at": message.purged_at,
        },
        at=at,
    )
    return int(entry.index)
