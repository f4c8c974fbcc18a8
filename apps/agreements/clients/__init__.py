"""The Dataspace Protocol as this node speaks it: every call signed and breaker-aware through ``peers.clients``."""

from apps.agreements.clients.conversation import CREATIONS, post, state_at_peer
from apps.agreements.clients.remote import RemoteDataset, RemoteOffer, remote_catalogue, remote_dataset
from apps.agreements.clients.roots import checked, known_root, root_of, under

__all__ = [
    "CREATIONS",
    "RemoteDataset",
    "RemoteOffer",
    "checked",
    "known_root",
    "post",
    "remote_catalogue",
    "remote_dataset",
    "root_of",
    "state_at_peer",
    "under",
]
