"""URLs of the peering edge, included at the root (``owlnode.urls``)."""

from __future__ import annotations

from django.urls import path

from apps.peering.views import (
    checkpoints,
    descriptions,
    digests,
    feed,
    hints,
    identity,
    receipts,
    requests,
    rotations,
    withdrawals,
)

app_name = "peering"

urlpatterns = [
    path(".well-known/did.json", identity.did_document, name="did"),
    path("peering/v1/keys/rotations", rotations.rotations, name="rotations"),
    path("peering/v1/checkpoints", checkpoints.checkpoints, name="checkpoints"),
    path("peering/v1/feed/<uuid:uuid>", feed.feed, name="feed"),
    path("peering/v1/descriptions/<uuid:uuid>", descriptions.description, name="description"),
    path("peering/v1/digests/<uuid:uuid>", digests.digests, name="digests"),
    path("peering/v1/hints", hints.hints, name="hints"),
    path("peering/v1/withdrawals", withdrawals.withdrawals, name="withdrawals"),
    path("peering/v1/receipts", receipts.receipts, name="receipts"),
    path("peering/v1/requests", requests.requests, name="requests"),
    path("peering/v1/requests/<uuid:uuid>/files/<uuid:file_uuid>", requests.file, name="request-file"),
]
