"""Questions in between: to the requester, to third parties, and whether a fee is agreed to."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.models import Fee, Hearing, Message, Request
from apps.desk.services import clocks, letters, moving, talking
from apps.desk.states import Act, Actor, Status
from apps.desk.types import Direction, FeeState, MessageKind, city_day, euros
from apps.desk.types.laws import check_fee
from apps.desk.types.rights import StaffAct


@transaction.atomic
def ask_clarification(*, case: Request, by: User, question: str, at: dt.datetime | None = None) -> Request:
    """Ask what is meant. Raises NotTriaged, Invalid, NoSuchStep, NotPermitted."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.ASK)
    moving.law_of(row)
    text = moving.text_of(question, part="question", most=talking.MOST)
    moving.move(row, Act.ASK_CLARIFICATION, kind=Actor.DESK, by=by, at=moment)
    talking.tell(row, text, kind=MessageKind.CLARIFICATION, by=by, at=moment)
    return row


@transaction.atomic
def reply(*, case: Request, body: str, at: dt.datetime | None = None) -> Message:
    """What the requester writes. Where a question is open it answers it, and the law's clock begins anew."""
    moment = at or clock.now()
    row = moving.locked(case)
    if row.status == Status.CLOSED:
        raise Conflict(_("This request is closed and takes no more messages."), part="status")
    text = moving.text_of(body, part="body", most=talking.MOST)
    kind = MessageKind.NOTE
    if row.status == Status.CLARIFICATION:
        kind = MessageKind.ANSWER
        clocks.restart(row, asked_on=asked_on(row), at=moment)
        moving.move(row, Act.CLARIFY, kind=Actor.CITIZEN, at=moment)
    return talking.hear_citizen(row, text, kind=kind, at=moment)


@transaction.atomic
def resume(*, case: Request, by: User, at: dt.datetime | None = None) -> Request:
    """Go on without an answer from the requester; the deadline stays as it is."""
    row = moving.for_staff(case, by, StaffAct.RESUME)
    moving.move(row, Act.RESUME, kind=Actor.DESK, by=by, at=at)
    return row


@transaction.atomic
def hear_third_party(
    *, case: Request, by: User, party: str, question: str, due_on: dt.date, at: dt.datetime | None = None
) -> Hearing:
    """Note that a third party is being asked. The requester learns that somebody is heard, never who."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.HEAR)
    moving.law_of(row)
    if due_on <= city_day(moment):
        raise Invalid(_("The day for the answer must lie ahead."), part="due_on")
    hearing = Hearing.objects.create(
        request=row,
        party=moving.text_of(party, part="party", most=300),
        question=moving.text_of(question, part="question", most=5_000),
        due_on=due_on,
        asked_by=by,
        asked_at=moment,
    )
    moving.move(row, Act.HEAR_THIRD_PARTY, kind=Actor.DESK, by=by, at=moment)
    with override(row.language):
        told = _("Rights of a third party are concerned. We are asking it for its view before we decide.")
    talking.tell(row, told, kind=MessageKind.HEARING, by=by, at=moment)
    return hearing


@transaction.atomic
def conclude_hearing(
    *, case: Request, by: User, agrees: bool | None, answer: str, at: dt.datetime | None = None
) -> Request:
    """Write down what the third party said; ``agrees`` None and no answer: nothing came."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.HEAR)
    text = moving.text_of(answer, part="answer", most=5_000) if answer.strip() else ""
    moving.move(row, Act.CONCLUDE_HEARING, kind=Actor.DESK, by=by, at=moment)
    row.hearings.filter(concluded_at__isnull=True).update(answer=text, agrees=agrees, concluded_at=moment)
    return row


@transaction.atomic
def estimate_fee(*, case: Request, by: User, cents: int, reason: str, at: dt.datetime | None = None) -> Fee:
    """Tell the requester beforehand what it would cost, and wait for consent. Raises Invalid beyond the law's limits.

    Where another city stands in between there is nobody to consent: then the answer must go directly.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.FEE)
    check_fee(moving.law_of(row), cents)
    text = moving.text_of(reason, part="reason", most=2_000)
    back = letters.live(row, Direction.IN)
    if back is not None and not back.direct:
        raise Conflict(
            _("This request came from another city, without the requester's address: a fee cannot be agreed upon."),
            part="fee",
            remedy=_("Return it, and ask for an answer sent directly, or answer free of charge."),
        )
    fee, _made = Fee.objects.update_or_create(
        request=row,
        defaults={
            "cents": cents,
            "reason": text,
            "state": FeeState.ESTIMATED,
            "estimated_by": by,
            "estimated_at": moment,
            "answered_at": None,
        },
    )
    moving.move(row, Act.ESTIMATE_FEE, kind=Actor.DESK, by=by, at=moment)
    with override(row.language):
        most = _("The answer would cost %(amount)s euros at the most.") % {"amount": euros(cents)}
    talking.tell(row, talking.texts([most, text]), kind=MessageKind.FEE, by=by, at=moment)
    return fee


@transaction.atomic
def answer_fee(*, case: Request, agrees: bool, at: dt.datetime | None = None) -> Request:
    """The requester agrees to the estimated fee, or does not. Raises NoSuchStep."""
    moment = at or clock.now()
    row = moving.locked(case)
    moving.move(row, Act.ANSWER_FEE, kind=Actor.CITIZEN, at=moment)
    state = FeeState.AGREED if agrees else FeeState.DECLINED
    Fee.objects.filter(request=row).update(state=state, answered_at=moment)
    with override(row.language):
        said = _("I agree to the estimated fee.") if agrees else _("I do not agree to the estimated fee.")
    talking.hear_citizen(row, said, kind=MessageKind.FEE, at=moment)
    return row


def asked_on(case: Request) -> dt.date:
    """The day of the last question to the requester."""
    last = case.messages.filter(kind=MessageKind.CLARIFICATION).order_by("-at", "-id").first()
    return city_day(last.at) if last is not None else case.clock_from
