"""The Dataspace Protocol as this node speaks it: every call signed and breaker-aware through ``peers.clients``."""

from apps.agreements.clients.conversation import CREATIONS, post, state_at_peer
from apps.agreements.clients.remote import RemoteDataset, RemoteOffer, remote_catalogue, remote_dataset
from apps.agreements.clients.roots import ask_root, checked, under

__all__ = [
    "CREATIONS",
    "RemoteDataset",
    "RemoteOffer",
    "ask_root",
    "checked",
    "post",
    "remote_catalogue",
    "remote_dataset",
    "state_at_peer",
    "under",
]
