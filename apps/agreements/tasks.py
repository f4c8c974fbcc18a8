"""Background work of agreements: each task is one service call. A lost task costs time only, the tick finds all."""

from __future__ import annotations

from apps.agreements import services
from apps.agreements.models import Outbox
from apps.core import clock, duties
from apps.core.tasks import tracked
from apps.peers.models import Peer

LIMIT = 20


@tracked(name="agreements.drain_peer", quiet=True)
def drain_peer(peer_id: int) -> int:
    """Send what waits for one peer; each peer has its own task, so a slow one delays no other."""
    return services.drain_outbox(limit=LIMIT, peer=Peer.objects.get(pk=peer_id))


@tracked(name="agreements.follow_trust")
def follow_trust(peer_id: int) -> int:
    """Bring agreements and transfers in line with the trust in a peer."""
    return services.follow_trust(peer=Peer.objects.get(pk=peer_id))


@tracked(name="agreements.follow_release")
def follow_release(dataset_id: int) -> int:
    """Carry the offers of a dataset over to its new terms."""
    return services.follow_release(dataset_id=dataset_id)


@tracked(name="agreements.tick", quiet=True)
def tick() -> int:
    """Expire what has run out, follow trust and releases, and ring for every peer with messages due."""
    at = clock.now()
    changed = services.expire_due(at=at) + services.follow_all_trust(at=at) + services.follow_releases(at=at)
    due = duties.due(Outbox.objects.first_in_line(), at=at).order_by().values_list("peer", flat=True).distinct()
    for peer_id in due:
        drain_peer.delay(peer_id)
    return changed
