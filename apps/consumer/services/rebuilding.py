"""Fetching a replica anew, when a person no longer trusts it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.consumer.models import Refetch, ReplicaStream, Subscription
from apps.consumer.types import NO_HORIZON, Reason
from apps.core import clock
from apps.core.errors import Conflict, NotPermitted


@transaction.atomic
def rebuild(*, subscription_id: int, user: User, at: datetime | None = None) -> None:
    """Have every stream of a replica walked once more from its beginning; what the owner no longer has is deleted.

    Readers keep seeing the rows that are there; the next pull begins the walk. Twice is the same as once while a walk
    is under way. Raises NotPermitted for anybody but an owner or administrator of the whole node, Conflict for a
    replica that is not kept any more or holds nothing yet.
    """
    moment = at or clock.now()
    if not any(accounts.has_role(user, role) for role in (Role.OWNER, Role.ADMINISTRATOR)):
        raise NotPermitted(
            _("Replicas belong to the whole city: this takes an owner or administrator of the whole node."), part="user"
        )
    row = Subscription.objects.active().select_for_update(of=("self",)).filter(pk=subscription_id).first()
    streams = sorted(ReplicaStream.objects.filter(subscription=subscription_id).values_list("stream", flat=True))
    if row is None or not streams:
        raise Conflict(_("There is no replica to rebuild: nothing is held under this agreement."), part="replica")
    whole = Refetch.objects.filter(subscription=row, start=0, end=NO_HORIZON, reason=Reason.REPAIR, done_at=None)
    if not whole.exists():
        Refetch.objects.create(subscription=row, streams=streams, start=0, end=NO_HORIZON, reason=Reason.REPAIR)
    Subscription.objects.filter(pk=row.pk).update(next_attempt_at=moment)
