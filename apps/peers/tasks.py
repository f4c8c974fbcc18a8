"""Background work of peers. The tick looks into the database for what is due and hands out one task per peer.

So a slow peer delays no other, and a lost message only costs one tick.
"""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.peers import services


@tracked(name="peers.tick", quiet=True)
def tick() -> int:
    """Move keys along, forget old nonces, and hand out what is owed to peers; returns how much there was."""
    changed = services.advance_keys() + services.prune_nonces()
    notices, exchanges = services.due_notices(), services.due_exchanges()
    for notice_id in notices:
        deliver_notice.delay(notice_id)
    for watch_id in exchanges:
        exchange_checkpoint.delay(watch_id)
    return changed + len(notices)


@tracked(name="peers.deliver_notice")
def deliver_notice(notice_id: int) -> bool:
    """Tell one peer of a new key."""
    return services.deliver_notice(notice_id=notice_id)


@tracked(name="peers.exchange_checkpoint", quiet=True)
def exchange_checkpoint(watch_id: int) -> None:
    """Exchange checkpoints with one peer; a failure stands on the row, so no run is kept."""
    services.exchange_checkpoint(watch_id=watch_id)
