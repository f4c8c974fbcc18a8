"""What this node tells the first city about a request that came from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.desk.models import Attachment, Forwarding, Request
from apps.desk.services import letters
from apps.desk.types import Direction, ForwardingState
from apps.wire import messages


def tell_taken(forwarding: Forwarding, case: Request, *, at: datetime) -> None:
    """It has arrived, and this is its number here."""
    _change(forwarding, "taken", at=at, case=case.case_number)


def tell_returned(forwarding: Forwarding, text: str, *, at: datetime) -> None:
    """This city does not answer it."""
    _change(forwarding, "returned", at=at, text=text)


def tell_decided(case: Request, text: str, *, at: datetime) -> None:
    """What came of it; the text only where the requester did not get it directly. Nothing for our own citizens."""
    forwarding = letters.live(case, Direction.IN)
    if forwarding is None:
        return
    told = "" if forwarding.direct else text
    _change(forwarding, "decided", at=at, law=case.law, resolution=str(case.resolution), text=told)
    Forwarding.objects.filter(pk=forwarding.pk).update(state=ForwardingState.ANSWERED)


def tell_delivered(case: Request, files: Sequence[Attachment], text: str, *, at: datetime) -> None:
    """Files of the answer lie ready to be fetched by the first city, or a text says where the data are."""
    forwarding = letters.live(case, Direction.IN)
    if forwarding is None or forwarding.direct:
        return
    listed = tuple(
        messages.RequestFile(file=letters.urn(one.uid), name=one.name, size=one.size, digest=f"sha-256:{one.sha256}")
        for one in files
    )
    _change(forwarding, "delivered", at=at, text=text, files=listed)


def tell_withdrawn(forwarding: Forwarding, *, at: datetime) -> None:
    """To the answering city: the requester no longer wants it."""
    _change(forwarding, "withdrawn", at=at)


def _change(forwarding: Forwarding, change: str, *, at: datetime, **more: Any) -> None:
    message = messages.RequestChange.model_validate(
        {"request": letters.urn(forwarding.uid), "at": at, "change": change, **more}
    )
    letters.write(forwarding, message, at=at)
