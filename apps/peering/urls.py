"""URLs of the peering edge, included at the root (``owlnode.urls``)."""

from __future__ import annotations

from django.urls import path

from apps.peering.views import checkpoints, identity, rotations

app_name = "peering"

urlpatterns = [
    path(".well-known/did.json", identity.did_document, name="did"),
    path("peering/v1/keys/rotations", rotations.rotations, name="rotations"),
    path("peering/v1/checkpoints", checkpoints.checkpoints, name="checkpoints"),
]
