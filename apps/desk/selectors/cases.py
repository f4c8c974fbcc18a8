"""What a requester sees through the secret link."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import clock, languages
from apps.desk.errors import NoSuchRequest
from apps.desk.models import Attachment, DeadlineChange, Decision, Delivery, Fee, Forwarding, Message, Request
from apps.desk.states import REQUEST, Act, Actor, Status
from apps.desk.types import (
    DeadlineChangeKind,
    DecisionState,
    Direction,
    FeeState,
    ForwardingState,
    Lamp,
    LawRules,
    LegalPart,
    city_day,
    euros,
    lamp,
    rules_of,
)

TOLD = (DeadlineChangeKind.EXTENSION, DeadlineChangeKind.RESTART, DeadlineChangeKind.LAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """Everything on the status page. Notes, hearings' parties and names of staff are not in it."""

    case: Request
    lamp: Lamp
    rules: LawRules | None
    messages: list[Message]
    files: list[Attachment]
    deliveries: list[Delivery]
    decision: Decision | None
    deadline_changes: list[DeadlineChange]
    fee: Fee | None
    forwarding: Forwarding | None
    acts: frozenset[Act]

    @property
    def fee_to_answer(self) -> bool:
        """Whether the requester is asked to agree to a fee."""
        return Act.ANSWER_FEE in self.acts and self.fee is not None and self.fee.state == FeeState.ESTIMATED

    @property
    def fee_euros(self) -> str:
        """The estimate in euros, as the language writes it."""
        return "" if self.fee is None else euros(self.fee.cents)

    @property
    def charged_euros(self) -> str:
        """What was charged in euros, as the language writes it."""
        cents = None if self.fee is None else self.fee.charged_cents
        return "" if cents is None else euros(cents)

    @property
    def legal(self) -> tuple[LegalPart, ...]:
        """Grounds and remedy of the decision: in German, which binds, and below it in English for who reads English."""
        return () if self.decision is None else self.decision.legal_parts(english=languages.current() == "en")

    @property
    def forwarding_to_answer(self) -> bool:
        """Whether the requester is asked to agree to a forwarding."""
        return self.forwarding is not None and self.forwarding.state == ForwardingState.PROPOSED

    @property
    def can_write(self) -> bool:
        """Whether messages and files are taken."""
        return self.case.status != Status.CLOSED

    @property
    def can_withdraw(self) -> bool:
        """Whether the request can still be withdrawn."""
        return Act.WITHDRAW in self.acts


def by_token(token: str, *, purpose: Literal["status", "confirm"]) -> Request:
    """The request behind a secret link. Raises NoSuchRequest, the same for everything that is none."""
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    found = Request.objects.filter(links__digest=digest, links__purpose=purpose, links__revoked_at__isnull=True).first()
    if found is None:
        raise NoSuchRequest(_("There is no such page."))
    row: Request = found
    return row


def status_page(case: Request, *, at: datetime | None = None) -> StatusPage:
    """What the requester may know of their request, in the active language."""
    today = city_day(at or clock.now())
    open_files = case.files.filter(shown=True).select_related("message")
    delivered = {one.file_id for one in case.deliveries.all() if one.file_id}
    return StatusPage(
        case=case,
        lamp=lamp(case.due_on if case.status not in {Status.DECIDED, Status.CLOSED} else None, today=today),
        rules=rules_of(case.law),
        messages=list(case.messages.all()),
        files=[one for one in open_files if one.pk not in delivered],
        deliveries=list(case.deliveries.select_related("file")),
        decision=case.decisions.filter(state=DecisionState.FINAL).first(),
        deadline_changes=list(case.deadline_changes.filter(kind__in=TOLD)),
        fee=Fee.objects.filter(request=case).first(),
        forwarding=case.forwardings.select_related("peer").filter(direction=Direction.OUT).first(),
        acts=REQUEST.acts(case.status, Actor.CITIZEN),
    )


def delivered_file(case: Request, uid: uuid.UUID) -> tuple[Attachment, Path]:
    """A file of this request that the requester may load, and where it lies. Raises NoSuchRequest."""
    found = case.files.filter(uid=uid, shown=True).first()
    if found is None:
        raise NoSuchRequest(_("There is no such file."))
    return found, _existing(found)


def staff_file(case: Request, uid: uuid.UUID) -> tuple[Attachment, Path]:
    """Any file of this request, for the people of the desk, and where it lies. Raises NoSuchRequest."""
    found = case.files.filter(uid=uid).first()
    if found is None:
        raise NoSuchRequest(_("There is no such file."))
    return found, _existing(found)


def _existing(file: Attachment) -> Path:
    path = Path(settings.NODE.files_dir) / "desk" / file.uid.hex[:2] / file.uid.hex
    if not path.is_file():
        raise NoSuchRequest(_("There is no such file."))
    return path
