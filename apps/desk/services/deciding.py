"""Decisions: prepared by one person, signed by another where they refuse anything, told with grounds and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.errors import NoSuchStep, SecondPersonNeeded
from apps.desk.models import Decision, Fee, Request
from apps.desk.services import moving, neighbouring, recording, talking
from apps.desk.states import REQUEST, Act, Actor, Resolution
from apps.desk.types import (
    CONVENIENCE,
    DecisionState,
    FeeState,
    LawRules,
    LegalPart,
    MessageKind,
    grounds_of,
    remedy_in,
)
from apps.desk.types.laws import check_fee
from apps.desk.types.rights import StaffAct

DECIDABLE = (Resolution.GRANTED, Resolution.PARTLY, Resolution.REFUSED, Resolution.NOT_HELD)
NEEDS_SECOND = (Resolution.REFUSED, Resolution.PARTLY)
NEEDS_GROUNDS = NEEDS_SECOND
HAS_REMEDY = (Resolution.REFUSED, Resolution.PARTLY, Resolution.NOT_HELD)
CHARGEABLE = (Resolution.GRANTED, Resolution.PARTLY)


@transaction.atomic
def decide(
    *,
    case: Request,
    by: User,
    resolution: str,
    text: str,
    grounds: Sequence[str] = (),
    fee_cents: int = 0,
    language: str = "",
    at: datetime | None = None,
) -> Decision:
    """Decide, or prepare the decision where it refuses anything: then it counts with a second person's signature only.

    ``language`` is that of the text, the requester's where none is given. ``fee_cents`` is charged if the requester
    agreed to at least as much; a refusal is free. Raises Invalid naming the part, NotTriaged, NoSuchStep, Conflict
    while another decision awaits its signature, NotPermitted, NoSuchRequest.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.DECIDE)
    rules = moving.law_of(row)
    if REQUEST.target(row.status, Act.DECIDE, Actor.DESK) is None:
        raise NoSuchStep(_("This request is not in work, so it cannot be decided now."), part="status")
    if row.decisions.exclude(state=DecisionState.SENT_BACK).exists():
        raise Conflict(_("A decision awaits its second signature."), part="decision")
    _check(resolution, grounds, rules)
    _reserve_fee(row, resolution, fee_cents, rules)
    decision = Decision.objects.create(
        request=row,
        law=row.law,
        resolution=resolution,
        text=moving.text_of(text, part="text", most=15_000),
        language=language or row.language,
        grounds=list(grounds),
        remedy=remedy_in("de", rules) if resolution in HAS_REMEDY else "",
        remedy_english=remedy_in("en", rules) if resolution in HAS_REMEDY else "",
        prepared_by=by,
        prepared_at=moment,
    )
    if resolution in NEEDS_SECOND:
        moving.note(row, "prepare-decision", kind=Actor.DESK, by=by, at=moment)
    else:
        _finish(row, decision, by=by, at=moment)
    return decision


@transaction.atomic
def sign(*, case: Request, by: User, at: datetime | None = None) -> Decision:
    """The second signature under a refusal: now it is decided and told.

    Raises SecondPersonNeeded for the one who prepared it, Conflict when nothing awaits a signature.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.SIGN)
    decision = _draft(row)
    if decision.prepared_by_id == by.pk:
        raise SecondPersonNeeded(
            _("You prepared this decision. Somebody else has to sign it."),
            part="signature",
            remedy=_("Ask the deputy, or another person of the desk."),
        )
    decision.signed_by, decision.signed_at = by, moment
    _finish(row, decision, by=by, at=moment)
    return decision


@transaction.atomic
def send_back(*, case: Request, by: User, objection: str, at: datetime | None = None) -> Decision:
    """Do not sign, and say why; who prepared it can also take it back this way. Raises Conflict, Invalid."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.SIGN)
    decision = _draft(row)
    decision.objection = moving.text_of(objection, part="objection", most=2_000)
    decision.state = DecisionState.SENT_BACK
    decision.save()
    Fee.objects.filter(request=row).update(charged_cents=None)
    moving.note(row, "send-back", kind=Actor.DESK, by=by, at=moment)
    return decision


def full_text(decision: Decision, *, english: bool) -> str:
    """The decision as one text: what was decided, each ground with its section, the remedy; with ``english`` the two
    that the law wants once more in English, marked as what does not bind."""
    parts = [_written(part) for part in decision.legal_parts(english=english)]
    return talking.texts([decision.text, *parts])


def _written(part: LegalPart) -> str:
    with override(part.language):
        head = "" if part.binding else str(CONVENIENCE)
        reasons = "\n".join([_("Grounds for the refusal:"), *(f"– {ground}" for ground in part.grounds)])
        remedy = _("Your rights:") + " " + part.remedy
    return talking.texts([head, reasons if part.grounds else "", remedy if part.remedy else ""])


def _finish(case: Request, decision: Decision, *, by: User, at: datetime) -> None:
    decision.state = DecisionState.FINAL
    decision.save()
    case.resolution, case.decided_at = decision.resolution, at
    moving.move(case, Act.DECIDE, kind=Actor.DESK, by=by, at=at)
    Fee.objects.filter(request=case, charged_cents__gt=0).update(state=FeeState.CHARGED)
    text = full_text(decision, english=case.language == "en")
    talking.tell(case, text, kind=MessageKind.DECISION, by=by, at=at)
    neighbouring.tell_decided(case, text, at=at)
    recording.record(case, "decided", at=at)


def _check(resolution: str, grounds: Sequence[str], rules: LawRules) -> None:
    if resolution not in DECIDABLE:
        raise Invalid(_("Please say how it is decided."), part="resolution")
    known = grounds_of(rules.law)
    if any(code not in known for code in grounds) or len(set(grounds)) != len(grounds):
        raise Invalid(_("The %(law)s knows no such ground.") % {"law": rules.short}, part="grounds")
    if resolution in NEEDS_GROUNDS and not grounds:
        raise Invalid(_("Name at least one ground of the law for what is refused."), part="grounds")
    if resolution not in NEEDS_GROUNDS and grounds:
        raise Invalid(_("Grounds belong to a refusal only."), part="grounds")


def _reserve_fee(case: Request, resolution: str, cents: int, rules: LawRules) -> None:
    fee = Fee.objects.filter(request=case).first()
    if cents == 0:
        return
    if resolution not in CHARGEABLE:
        raise Invalid(_("A refusal is free of charge."), part="fee")
    check_fee(rules, cents)
    if fee is None or fee.state != FeeState.AGREED or cents > fee.cents:
        raise Invalid(
            _("The requester has not agreed to such a fee."), part="fee", remedy=_("Estimate it, and wait for consent.")
        )
    Fee.objects.filter(pk=fee.pk).update(charged_cents=cents)


def _draft(case: Request) -> Decision:
    found: Decision | None = case.decisions.filter(state=DecisionState.DRAFT).first()
    if found is None:
        raise Conflict(_("No decision awaits a signature here."), part="decision")
    return found
