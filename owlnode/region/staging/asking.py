"""Agreements of a demo node: ask peers for what the plan says, decide on what others ask, end what is to end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from apps.agreements import services as agreements
from apps.agreements.models import Agreement, Negotiation
from apps.core import clock
from apps.core.errors import Conflict, NotFound, PeerError, PeerRefused
from apps.peers import clients
from apps.peers.models import Peer
from apps.provider import services as provider
from apps.wire import pages
from owlnode.region import plan
from owlnode.region.staging import people


def ask(*, recorded: bool, only: str = "") -> dict[str, str]:
    """Ask for every dataset of the plan that this city is to receive; the answer of each, by dataset.

    A region may run with some of its cities only: nobody is asked who is no peer here.
    """
    answers = {}
    known = set(Peer.objects.values_list("name", flat=True))
    for city in [one for one in plan.CITIES if one.name in known]:
        for share in plan.shares(city.slug, recorded=recorded):
            wanted = share.slug == only if only else share is not plan.PROBE
            if wanted and settings.NODE.city in share.consumers:
                answers[share.slug] = _ask(city.name, share)
    return answers


def _ask(owner: str, share: plan.Share) -> str:
    peer = Peer.objects.get(name=owner)
    known = Agreement.objects.filter(role="consumer", peer=peer, dataset_identifier=share.slug)
    if known.exists():
        return "agreed before"
    try:
        negotiation = agreements.request_agreement(
            peer=peer, dataset_identifier=share.slug, purpose=share.purpose, user=people.person("owner")
        )
    except (Conflict, NotFound, PeerError) as error:
        return error.message
    return str(negotiation.state)


def decide() -> int:
    """The owner grants whatever waits for a decision; returns how many."""
    waiting = Negotiation.objects.filter(role="provider", waiting_since__isnull=False)
    for negotiation in waiting:
        agreements.decide(negotiation=negotiation, user=people.person("owner"), grant=True)
    return len(waiting)


def withdraw(*, dataset: str, consumer: str) -> str:
    """The owner withdraws the agreement about a dataset from one city; returns its uid."""
    agreement = Agreement.objects.get(
        role="provider", dataset_identifier=dataset, peer__name=plan.city(consumer).name, state="active"
    )
    provider.withdraw(
        agreement_uid=agreement.uid, user=people.person("owner"), reason="Widerruf in der Vorführung / demo withdrawal"
    )
    return agreement.uid


def until_refused(*, dataset: str, seconds: float = 120.0) -> Iterator[dict[str, Any]]:
    """Ask the owner for pages under our agreement until it refuses: first ``{"asking": uid}``, at last when and how."""
    agreement = Agreement.objects.filter(role="consumer", dataset_identifier=dataset).latest("id")
    path = f"/peering/v1/feed/{agreement.uuid}?limit=100"
    clients.send(peer=agreement.peer, method="GET", path=path, accept=pages.MEDIA_TYPE)
    yield {"asking": agreement.uid}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            clients.send(peer=agreement.peer, method="GET", path=path, accept=pages.MEDIA_TYPE)
        except PeerRefused as error:
            yield {"uid": agreement.uid, "refused_at": clock.now().isoformat(), "status": error.peer_status}
            return
        time.sleep(0.05)
    yield {"uid": agreement.uid, "refused_at": None, "status": None}
