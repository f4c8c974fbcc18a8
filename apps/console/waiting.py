"""What can wait for somebody: one small source for each kind, asked by the page of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.types import Role
from apps.agreements import selectors as agreements
from apps.catalogue import selectors as catalogue
from apps.catalogue.types import SignatureRole
from apps.console.gate import SIGHTED, StaffRequest
from apps.console.words.exchange import purpose
from apps.console.words.quarantine import way
from apps.consumer import selectors as consumer
from apps.core import languages
from apps.desk import selectors as desk
from apps.desk.selectors import Waiting, Why
from apps.peers import selectors as peers
from apps.policies import sentences
from apps.provider import selectors as provider
from apps.sensors import selectors as sensors
from apps.sources import selectors as sources

Tone = Literal["danger", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to decide: what kind, what it is about, since when (aware) and where it is done."""

    kind: str
    title: str
    detail: str
    url: str
    action: str
    since: datetime | None = None
    tone: Tone = "info"


Source = Callable[[StaffRequest], Iterator[Task]]


def releases(request: StaffRequest) -> Iterator[Task]:
    """Versions of terms whose next signature this person may give."""
    for row, role in catalogue.waiting_for(request.user):
        yield Task(
            kind=_("Release"),
            title=row.dataset.title,
            detail=_("Version %(number)d of the terms waits for your signature as %(role)s.")
            % {"number": row.number, "role": Role(role.value).label},
            url=reverse("console:terms-version", args=[row.dataset.identifier, row.number]),
            action=_("Look and sign") if role == SignatureRole.GATEKEEPER else _("Look and release"),
            since=row.updated_at,
            tone="warning",
        )


def negotiations(request: StaffRequest) -> Iterator[Task]:
    """Requests of peers, and their offers, that wait for this owner."""
    for row in agreements.waiting_for(request.user):
        yield Task(
            kind=_("Request of a city"),
            title=_("%(peer)s asks for %(dataset)s")
            % {"peer": row.peer.name, "dataset": row.title or row.dataset_identifier},
            detail=_("Purpose: %s") % (purpose(row.purpose) if row.purpose else _("none given")),
            url=reverse("console:negotiation", args=[row.pk]),
            action=_("Decide"),
            since=row.waiting_since,
            tone="warning",
        )


def receipts(request: StaffRequest) -> Iterator[Task]:
    """Withdrawn data whose deletion is not proven in time."""
    if not request.roles & set(SIGHTED):
        return
    seen = set(agreements.agreements(request.user).values_list("pk", flat=True))
    for row in provider.overdue():
        if row.agreement_id in seen:
            yield Task(
                kind=_("Receipt overdue"),
                title=_("%(peer)s has not proven the deletion of %(dataset)s")
                % {"peer": row.peer, "dataset": row.dataset},
                detail=_("The receipt was due."),
                url=reverse("console:agreement", args=[row.agreement_id]),
                action=_("Look into it"),
                since=row.due_at,
                tone="danger",
            )


def messages(request: StaffRequest) -> Iterator[Task]:
    """Messages to peers that do not get through."""
    if not request.roles & {Role.OWNER, Role.ADMINISTRATOR}:
        return
    for row in agreements.hanging(request.user, attempts=5)[:10]:
        process = row.negotiation or (row.transfer.agreement.negotiation if row.transfer else None)
        yield Task(
            kind=_("Message hangs"),
            title=_("A message to %s does not get through") % row.peer.name,
            detail=row.last_error or row.get_outcome_display(),
            url=reverse("console:negotiation", args=[process.pk]) if process else reverse("console:agreements"),
            action=_("Look into it"),
            since=row.created_at,
            tone="danger",
        )


def trust(request: StaffRequest) -> Iterator[Task]:
    """Peers that need this administrator's word, and peers that do not answer."""
    for peer in peers.to_confirm(request.user):
        yield Task(
            kind=_("Trust"),
            title=_("%s waits for your confirmation") % peer.name,
            detail=_("Compare the nine words by telephone."),
            url=reverse("console:peer", args=[peer.pk]),
            action=_("Compare the words"),
            since=peer.created_at,
            tone="warning",
        )
    if request.roles & set(SIGHTED):
        for peer in peers.failing():
            yield Task(
                kind=_("Peer"),
                title=_("%s does not answer as it should") % peer.name,
                detail=peer.last_error or _("Its clock or its ledger differs from what it should be."),
                url=reverse("console:peer", args=[peer.pk]),
                action=_("Look into it"),
                since=peer.last_ok_at or peer.updated_at,
                tone="danger",
            )


def replicas(request: StaffRequest) -> Iterator[Task]:
    """Replicas that cannot be kept true."""
    if not request.roles & set(SIGHTED):
        return
    for row in consumer.troubled():
        yield Task(
            kind=_("Replica"),
            title=_("%(dataset)s of %(peer)s is not kept true")
            % {"dataset": row.agreement.title or row.agreement.dataset_identifier, "peer": row.peer.name},
            detail=row.last_error or _("It differs from its owner even after repair."),
            url=reverse("console:replica", args=[row.agreement_id]),
            action=_("Look into it"),
            since=row.last_complete_at or row.created_at,
            tone="danger",
        )


def quarantine(request: StaffRequest) -> Iterator[Task]:
    """What came in and was not understood."""
    if not request.roles & {Role.STEWARD, Role.ADMINISTRATOR}:
        return
    counts = sensors.quarantined_counts()
    total = sum(counts.values())
    if total:
        newest = sensors.quarantined().order_by("-pk").first()
        names = sources.names()
        yield Task(
            kind=_("Quarantine"),
            title=ngettext("%d piece could not be taken in", "%d pieces could not be taken in", total) % total,
            detail=", ".join(way(source, names) for source in sorted({source for source, _reason in counts})[:5]),
            url=reverse("console:quarantine"),
            action=_("Look at it"),
            since=newest.received_at if newest else None,
        )


def silence(request: StaffRequest) -> Iterator[Task]:
    """Sensors that have not spoken for longer than they should."""
    if not request.roles & {Role.STEWARD, Role.ADMINISTRATOR}:
        return
    for alarm in sources.open_alarms()[:20]:
        stream = alarm.datastream
        yield Task(
            kind=_("Silent sensor"),
            title=_("%s is silent") % (stream.thing.name if stream else alarm.device),
            detail=_("A value is expected %s; none came.") % _every(alarm.expected_interval_s),
            url=reverse("console:sensor", args=[stream.pk]) if stream else reverse("console:sources"),
            action=_("Look into it"),
            since=alarm.opened_at,
            tone="warning",
        )


def _every(seconds: int) -> str:
    return sentences.every(timedelta(seconds=seconds))[languages.current() == "en"]


MOST_REQUESTS = 30


def citizens(request: StaffRequest) -> Iterator[Task]:
    """Requests of citizens that are new, await a signature, or whose deadline is near or over."""
    if Role.DESK not in request.roles:
        return
    found = desk.waiting_for(request.user, most=MOST_REQUESTS + 1)
    for row in found[:MOST_REQUESTS]:
        detail, action, tone = _asked(row)
        yield Task(
            kind=_("Citizen’s request"),
            title=f"{row.case.case_number}: {row.case.subject}",
            detail=detail,
            url=reverse("console:request", args=[row.case.case_number]),
            action=action,
            since=row.since,
            tone=tone,
        )
    if len(found) > MOST_REQUESTS:
        yield Task(
            kind=_("Citizen’s request"),
            title=_("More requests wait"),
            detail=_("Only the %(number)d most urgent stand here.") % {"number": MOST_REQUESTS},
            url=reverse("console:requests"),
            action=_("Open all requests"),
        )


def _asked(row: Waiting) -> tuple[str, str, Tone]:
    """What is said about a request, its button and its colour."""
    if row.why == Why.SIGN:
        return _("A refusal awaits the second signature.") + " " + row.lamp.sentence, _("Look and sign"), "warning"
    if row.why == Why.OVERDUE:
        return row.lamp.sentence, _("Decide"), "danger"
    if row.why == Why.NEW:
        return _("Nobody is in charge of it yet.") + " " + row.lamp.sentence, _("Look and begin"), "info"
    return row.lamp.sentence, _("Go on with it"), "warning"


SOURCES: list[Source] = [releases, negotiations, receipts, messages, trust, replicas, quarantine, silence, citizens]
