"""How sharing ends: the owner's notice and the consumer's receipt."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from apps.wire.messages.base import AgreementUid, Did, Digest, Message, Moment, Natural, Short

Ending = Literal["withdrawn", "expired", "terminated", "retention"]


class WithdrawalNotice(Message):
    """The owner says: the agreement has ended; delete what you hold under it by ``delete_by`` and say so.

    Sent in an envelope signed by the owner. ``reason`` is for people and names none.
    """

    type: Literal["owl.withdrawal"] = "owl.withdrawal"
    version: Literal[1] = 1
    agreement: AgreementUid
    kind: Ending
    owner: Did
    consumer: Did
    ended_at: Moment
    delete_by: Moment
    reason: Short = ""


class Receipt(Message):
    """The consumer states: what I held under the agreement is deleted.

    Sent in an envelope signed by the consumer. ``notice`` is the digest of the WithdrawalNotice answered, None
    if the consumer acted by itself (expiry, retention). ``rows_after`` is counted after the deletion, in the
    same transaction; a receipt that is not about 0 rows says so. ``rows_before`` = ``rows_deleted`` + ``rows_after``.
    """

    type: Literal["owl.receipt"] = "owl.receipt"
    version: Literal[1] = 1
    agreement: AgreementUid
    kind: Ending
    owner: Did
    consumer: Did
    notice: Digest | None = None
    rows_before: Natural
    rows_deleted: Natural
    rows_after: Natural
    streams_deleted: Natural = 0
    things_deleted: Natural = 0
    files_deleted: Natural = 0
    pages_received: Natural = 0
    purged_at: Moment

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if self.rows_before != self.rows_deleted + self.rows_after:
            raise ValueError("rows_before is not rows_deleted plus rows_after")
        return self
