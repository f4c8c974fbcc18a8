"""The end of a request: withdrawn or closed, counted, published where the requester agreed, and in the end erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.models import Forwarding, OutcomeRecord, RegisterEntry, Request, RetentionRule
from apps.desk.services import filing, forwarding, letters, moving, neighbouring, recording, talking
from apps.desk.states import Act, Actor, Resolution, Status
from apps.desk.types import KEEP_DAYS, DecisionState, Direction, FeeState, ForwardingState, MessageKind, city_day
from apps.desk.types.rights import StaffAct
from apps.ledger import services as ledger


@transaction.atomic
def withdraw(*, case: Request, at: datetime | None = None) -> Request:
    """The requester no longer wants it; another city that has it is told. Raises NoSuchStep once it is decided."""
    moment = at or clock.now()
    row = moving.locked(case)
    found = letters.live(row, Direction.OUT)
    with override(row.language):
        text = _("I withdraw my request.")
    talking.hear_citizen(row, text, kind=MessageKind.WITHDRAWAL, at=moment)
    if found is not None:
        forwarding.end(found, ForwardingState.ENDED, at=moment)
    _withdraw(row, moment)
    recording.record(row, "withdrawn", at=moment)
    return row


def withdrawn_elsewhere(case: Request, found: Forwarding, *, at: datetime) -> None:
    """The first city says that the requester no longer wants it; what is decided already stays decided."""
    Forwarding.objects.filter(pk=found.pk).update(state=ForwardingState.ENDED, ended_at=at)
    if case.status in {Status.DECIDED, Status.CLOSED}:
        return
    _withdraw(case, at)
    recording.record(case, "withdrawn", at=at, peer=found.peer.did)


@transaction.atomic
def send_home(*, case: Request, by: User, reason: str, at: datetime | None = None) -> Request:
    """Give a request back to the city it came from, with the reason; it goes on there and is closed here.

    Raises Conflict when it came from nowhere, NoSuchStep once it is decided, Invalid without a reason.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.FORWARD)
    found = letters.live(row, Direction.IN)
    if found is None:
        raise Conflict(_("This request did not come from another city."), part="forwarding")
    neighbouring.tell_returned(found, moving.text_of(reason, part="reason", most=2_000), at=moment)
    Forwarding.objects.filter(pk=found.pk).update(state=ForwardingState.RETURNED, ended_at=moment)
    row.resolution, row.closed_at, row.erase_on = Resolution.NOT_HELD, moment, _erase_on(Resolution.NOT_HELD, moment)
    moving.move(row, Act.SEND_HOME, kind=Actor.DESK, by=by, at=moment)
    return row


@transaction.atomic
def close(*, case: Request, by: User, at: datetime | None = None) -> Request:
    """Close a decided request: it is counted, and the time until its erasure begins. Raises NoSuchStep."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.CLOSE)
    _end(row, moment)
    moving.move(row, Act.CLOSE, kind=Actor.DESK, by=by, at=moment)
    row.forwardings.filter(ended_at__isnull=True).update(state=ForwardingState.ENDED, ended_at=moment)
    return row


@transaction.atomic
def publish(*, case: Request, by: User, title: str, summary: str, at: datetime | None = None) -> RegisterEntry:
    """Put an answered request into the public register, in words that name nobody.

    Raises Conflict unless the requester agreed and it is decided; Invalid where the words hold the requester's name or
    address.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.PUBLISH)
    if not row.register_consent:
        raise Conflict(_("The requester did not agree to appear in the register."), part="register")
    if row.decided_at is None or row.resolution == Resolution.WITHDRAWN:
        raise Conflict(_("Only answered requests stand in the register."), part="status")
    values = {
        "title": moving.text_of(title, part="title", most=200),
        "summary": moving.text_of(summary, part="summary", most=2_000),
    }
    _names_nobody(row, values)
    entry, _made = RegisterEntry.objects.update_or_create(
        request=row,
        defaults=values
        | {
            "law": row.law,
            "resolution": row.resolution,
            "decided_on": city_day(row.decided_at),
            "dataset_key": row.dataset_key,
            "published_by": by,
        },
    )
    moving.note(row, "publish", kind=Actor.DESK, by=by, at=moment)
    return entry


def erase_due(*, at: datetime | None = None, limit: int = 50) -> int:
    """Erase every request whose time to be kept has passed; returns how many."""
    moment = at or clock.now()
    due = Request.objects.erasable(city_day(moment)).values_list("pk", flat=True)[:limit]
    return sum(_erase(pk, moment) for pk in list(due))


@transaction.atomic
def _erase(pk: int, at: datetime) -> int:
    """Nothing stays but a number in the statistics and what was published: rows, files and ledger salts go at once."""
    row = Request.objects.select_for_update(of=("self",)).filter(pk=pk, erase_on__lte=city_day(at)).first()
    if row is None:
        return 0
    for file in row.files.all():
        filing.discard(file, at=at)
    for commitment in row.commitments:
        ledger.erase(commitment_id=commitment, at=at)
    row.delete()
    return 1


def _withdraw(case: Request, at: datetime) -> None:
    case.resolution = Resolution.WITHDRAWN
    _end(case, at)
    moving.move(case, Act.WITHDRAW, kind=Actor.CITIZEN, at=at)
    case.decisions.filter(state=DecisionState.DRAFT).update(state=DecisionState.SENT_BACK)
    case.forwardings.filter(ended_at__isnull=True).update(state=ForwardingState.ENDED, ended_at=at)


def _end(case: Request, at: datetime) -> None:
    """Set when it is erased, and count it (unsaved)."""
    case.closed_at, case.erase_on = at, _erase_on(case.resolution, at)
    decided = case.decisions.filter(state=DecisionState.FINAL).first()
    charged = getattr(case, "fee", None)
    took = None if case.decided_at is None else (city_day(case.decided_at) - city_day(case.received_at)).days
    OutcomeRecord.objects.create(
        year=city_day(case.received_at).year,
        law=case.law,
        resolution=case.resolution,
        grounds=[] if decided is None else decided.grounds,
        days=took,
        in_time=_in_time(case),
        extended=case.extended,
        forwarded=case.forwardings.filter(direction=Direction.OUT, consented_at__isnull=False)
        .exclude(state=ForwardingState.DECLINED)
        .exists(),
        fee_cents=charged.charged_cents or 0 if charged is not None and charged.state == FeeState.CHARGED else 0,
    )


def _erase_on(resolution: str, at: datetime) -> date:
    days = RetentionRule.objects.filter(resolution=resolution).values_list("days", flat=True).first()
    return city_day(at) + timedelta(days=days or KEEP_DAYS[resolution])


def _in_time(case: Request) -> bool | None:
    if case.decided_at is None or case.due_on is None:
        return None
    return city_day(case.decided_at) <= case.due_on


def _names_nobody(case: Request, values: dict[str, str]) -> None:
    words = {word for word in case.requester_name.lower().split() if len(word) > 2}
    words |= {case.email.lower(), case.case_number.lower()} - {""}
    for part, text in values.items():
        if any(word in text.lower() for word in words):
            raise Invalid(
                _("This names the requester or the case number."), part=part, remedy=_("Write it without any person.")
            )
