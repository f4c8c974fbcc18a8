"""Hints: "there is more, come and pull". They shorten latency; what counts is the consumer's own sweep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from apps.agreements import selectors as agreements
from apps.agreements.models import Agreement
from apps.core import clock, duties
from apps.core.errors import LeaseLost, OwlError
from apps.peers import clients as peers_clients
from apps.policies import horizons
from apps.policies import terms as policy_terms
from apps.provider.models import Hint
from apps.provider.selectors import access
from apps.provider.types import NO_HORIZON, View, to_datetime
from apps.sensors import selectors as sensors_read
from apps.sensors import services as sensors
from apps.wire import messages

PATH = "/peering/v1/hints"
TIMEOUT_SECONDS = 3.0
TRIES = 3


def announce(*, at: datetime | None = None) -> int:
    """Number what was written and make the hints due whose agreements have news since they were last looked at.

    Returns how many hints are due. News: a numbered batch that touched a datastream of the dataset, or readings
    that the horizon has passed.
    """
    moment = at or clock.now()
    sensors.sequence(at=moment)
    _epoch, high = sensors_read.epoch_and_high()
    given = agreements.in_force(at=moment).filter(role="provider")
    hints = {hint.agreement_id: hint for hint in Hint.objects.filter(agreement__in=given)}
    for agreement in given:
        hint = hints.get(agreement.pk) or Hint.objects.get_or_create(agreement=agreement)[0]
        _look(hint, agreement, high, moment)
    return duties.due(Hint.objects.all(), at=moment).count()


def due_hints(*, at: datetime | None = None) -> list[int]:
    """The hints to be delivered now, by primary key: one task each, so that a slow peer delays no other."""
    return list(duties.due(Hint.objects.all(), at=at or clock.now()).values_list("pk", flat=True)[:200])


def deliver_hint(*, hint_id: int, at: datetime | None = None) -> bool:
    """Send one hint if it is due; tells whether it was delivered. After a few failures it is let go: a hint is no duty
    that anything depends on."""
    moment = at or clock.now()
    queue = Hint.objects.select_related("agreement__peer").filter(pk=hint_id)
    for hint in duties.claim(queue, at=moment, limit=1, lease_seconds=30):
        return _send(hint)
    return False


def _send(hint: Hint) -> bool:
    epoch, _high = sensors_read.epoch_and_high()
    message = messages.Hint(agreement=hint.agreement.uid, epoch=epoch, high=hint.seen_number)
    try:
        peers_clients.send(
            peer=hint.agreement.peer, method="POST", path=PATH, json=message.to_mapping(), timeout=TIMEOUT_SECONDS
        )
    except OwlError as error:
        _give_way(hint, error)
        return False
    now = clock.now()
    Hint.objects.filter(pk=hint.pk).update(sent_at=now)
    duties.settle(hint, at=now, next_attempt_at=None)
    return True


def _give_way(hint: Hint, error: OwlError) -> None:
    try:
        if hint.attempts + 1 >= TRIES:
            duties.settle(hint, at=clock.now(), next_attempt_at=None)
        else:
            duties.fail(hint, error=error, at=clock.now(), base_seconds=1.0, cap_seconds=10)
    except LeaseLost:
        return


def _look(hint: Hint, agreement: Agreement, high: int, at: datetime) -> None:
    terms = policy_terms.parse(agreement.terms)
    until = horizons.horizon(terms, at).until_us
    ripens = until is not None and max(0, until) != hint.seen_until
    if hint.seen_number >= high and not ripens:
        return  # by far the most: this is asked every second for every agreement
    view = access.view_under(agreement, terms, at=at)
    news = (hint.seen_number < high and _written(view, hint.seen_number, high)) or (
        ripens and _matured(view, hint.seen_until)
    )
    seen = {"seen_number": high, "seen_until": min(view.until, NO_HORIZON)}
    Hint.objects.filter(pk=hint.pk).update(**seen, **({"next_attempt_at": at} if news else {}))


def _written(view: View, after: int, high: int) -> bool:
    """Whether a batch in (after, high] touched the dataset before the horizon."""
    return _exists(
        "SELECT 1 FROM sensors_batch WHERE number > %s AND number <= %s AND datastream_ids && %s::int4[]"
        " AND first_time < %s",
        [after, high, view.ids, to_datetime(view.until)],
    )


def _matured(view: View, after: int) -> bool:
    """Whether readings lie between the horizon looked at last and today's."""
    return _exists(
        "SELECT 1 FROM sensors_observation WHERE datastream_id = ANY(%s::int4[])"
        " AND phenomenon_time >= %s AND phenomenon_time < %s",
        [view.ids, to_datetime(after), to_datetime(view.until)],
    )


def _exists(query: str, params: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({query})", params)
        row = cursor.fetchone()
    return bool(row and row[0])
