"""Background work of the consumer: one service call each; what is due stands in the database."""

from __future__ import annotations

from apps.consumer import services
from apps.core.tasks import tracked


@tracked(name="consumer.tick", quiet=True)
def tick() -> int:
    """Begin and end subscriptions as agreements stand, look after retention, hand out due pulls and deletions."""
    found = services.follow_agreements() + services.retain()
    for pk in services.due_pulls():
        pull.delay(pk)
    for pk in services.due_purges():
        purge.delay(pk)
    return found


@tracked(name="consumer.pull", quiet=True)
def pull(subscription_id: int) -> int:
    """Bring one replica up to date; what its time did not suffice for is due again at once."""
    pulled = services.pull(subscription_id=subscription_id)
    if pulled.pages and not pulled.complete:
        pull.delay(subscription_id)
    return pulled.rows


@tracked(name="consumer.purge")
def purge(purge_id: int) -> bool:
    """Delete and deliver the receipt."""
    return services.purge(purge_id=purge_id)
