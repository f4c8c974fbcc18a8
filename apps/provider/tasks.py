"""Background work of the provider: one service call each; what is due stands in the database."""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.provider import services


@tracked(name="provider.tick", quiet=True)
def tick() -> int:
    """Number new batches, follow ended agreements, mark late receipts, hand out due hints and notices."""
    services.announce()
    found = services.follow_ends() + services.mark_overdue()
    hints, notices = services.due_hints(), services.due_notices()
    for pk in hints:
        hint.delay(pk)
    for pk in notices:
        notify.delay(pk)
    return found


@tracked(name="provider.hint", quiet=True)
def hint(hint_id: int) -> None:
    """Tell one consumer that there is more."""
    services.deliver_hint(hint_id=hint_id)


@tracked(name="provider.notify")
def notify(withdrawal_id: int) -> bool:
    """Tell one consumer that its agreement has ended."""
    return services.deliver_notice(withdrawal_id=withdrawal_id)
