"""What staff do with agreements of their own accord; each asks for the right first and then does one thing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role as Duty
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Agreement, Negotiation, Outbox, Transfer
from apps.agreements.selectors import seen
from apps.agreements.services import concluding, deciding, delivering, records, requesting, transferring
from apps.agreements.states import AgreementState, Role
from apps.core.errors import NotFound, NotPermitted
from apps.peers.models import Peer


def ask(*, peer: Peer, dataset_identifier: str, purpose: str, user: User, at: datetime | None = None) -> Negotiation:
    """Ask a peer for one of its datasets, as an owner of any department. Raises NotPermitted, else as
    ``request_agreement`` does."""
    _require(user, Duty.OWNER)
    return requesting.request_agreement(
        peer=peer, dataset_identifier=dataset_identifier, purpose=purpose, user=user, at=at
    )


def ask_for_renewal(*, agreement: Agreement, user: User, at: datetime | None = None) -> Negotiation:
    """Ask for the successor of an agreement, as an owner of any department. Raises NotPermitted, else as ``renew``."""
    _require(user, Duty.OWNER)
    return requesting.renew(agreement=agreement, user=user, at=at)


def give_up(*, agreement: Agreement, user: User, reason: str = "", at: datetime | None = None) -> Agreement:
    """End an agreement under which this city receives data; the replica is deleted and a receipt is sent.

    Raises NotPermitted unless the user is an owner of the whole node, InvalidMove as its provider.
    """
    deciding.may_end(agreement=agreement, user=user)
    if agreement.role != Role.CONSUMER:
        raise InvalidMove(_("What this city gives is withdrawn, not given up."), part="agreement")
    return concluding.end(
        agreement=agreement,
        kind=AgreementState.TERMINATED,
        by=records.this_did(),
        reason=reason,
        at=at,
        user=user,
    )


def pause(*, agreement: Agreement, user: User, reason: str = "", at: datetime | None = None) -> Transfer:
    """Stop the data of an agreement for now. Raises NotPermitted, NotFound without a transfer, InvalidMove."""
    deciding.may_end(agreement=agreement, user=user)
    return transferring.suspend_transfer(transfer=_transfer(agreement), reason=reason, at=at)


def unpause(*, agreement: Agreement, user: User, at: datetime | None = None) -> Transfer:
    """Let the data of an agreement flow again that this node had stopped. Raises like ``pause``."""
    deciding.may_end(agreement=agreement, user=user)
    return transferring.resume_transfer(transfer=_transfer(agreement), at=at)


def send_again(*, message_id: int, user: User, at: datetime | None = None) -> Outbox:
    """Send a message that hangs again now. Raises NotPermitted for anybody but owners and administrators, NotFound for
    one that this person does not see or that hangs no more, InvalidMove."""
    _require(user, Duty.OWNER, Duty.ADMINISTRATOR)
    row = seen.hanging(user, attempts=0).filter(pk=message_id).first()
    if row is None:
        raise NotFound(_("This message does not hang any more."), part="message")
    return delivering.retry(message=row, at=at)


def _transfer(agreement: Agreement) -> Transfer:
    found = seen.transfer_of(agreement)
    if found is None:
        raise NotFound(_("No data flow under this agreement yet."), part="transfer")
    return found


def _require(user: User, *roles: Duty) -> None:
    if not accounts.roles_of(user) & set(roles):
        raise NotPermitted(
            _("This takes the role of an owner."), part="user", remedy=_("Ask an owner, or have the role assigned.")
        )
