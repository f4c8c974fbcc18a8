"""What an owner can answer instead of a page, and what follows from it."""

from __future__ import annotations

import logging
from datetime import timedelta

from apps.consumer.models import Subscription
from apps.consumer.services import endings
from apps.consumer.types import Stage
from apps.core import clock, duties
from apps.core.errors import LeaseLost, OwlError, PeerRefused
from apps.wire import canonical
from apps.wire.errors import WireError

log = logging.getLogger(__name__)
SUSPENDED_SECONDS = 60
GONE, EPOCH_CHANGED, SUSPENDED = "agreement-ended", "epoch-changed", "feed-suspended"


def handle(subscription: Subscription, error: OwlError) -> None:
    """Ended: believe the signed notice and delete. New epoch: compare. Suspended: wait. Anything else: back off."""
    try:
        if isinstance(error, PeerRefused) and error.peer_code == GONE:
            _ended(subscription, error)
        elif isinstance(error, PeerRefused) and error.peer_code == EPOCH_CHANGED:
            _again(subscription, stage=Stage.RECONCILE, seconds=0)
        elif isinstance(error, PeerRefused) and error.peer_code == SUSPENDED:
            _again(subscription, stage=subscription.stage, seconds=SUSPENDED_SECONDS)
        else:
            log.info("pull failed", extra={"code": error.code, "subscription": subscription.pk})
            duties.fail(subscription, error=error, at=clock.now())
    except LeaseLost:
        return


def _again(subscription: Subscription, *, stage: str, seconds: float) -> None:
    Subscription.objects.filter(pk=subscription.pk, lease=subscription.lease).update(stage=stage)
    duties.settle(subscription, at=clock.now(), next_attempt_at=clock.now() + timedelta(seconds=seconds))


def _ended(subscription: Subscription, error: PeerRefused) -> None:
    """The answer carries the owner's signed notice; without a good one nothing is deleted, we only ask again later."""
    answer = getattr(error, "answer", None)
    duties.fail(subscription, error=error, at=clock.now(), base_seconds=5.0)
    try:
        body = canonical.loads(answer.body) if answer is not None else {}
        notice = body.get("notice") if isinstance(body, dict) else None
        if isinstance(notice, dict):
            endings.accept_withdrawal(peer=subscription.peer, envelope=notice)
    except WireError as fault:
        log.warning("unbelievable notice", extra={"code": fault.code, "subscription": subscription.pk})
