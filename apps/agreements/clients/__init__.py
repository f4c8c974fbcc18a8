"""The Dataspace Protocol as this node speaks it: every call signed and breaker-aware through ``peers.clients``."""

from apps.agreements.clients.catalogue import catalogue, dataset
from apps.agreements.clients.conversation import CREATIONS, post, state_at_peer
from apps.agreements.clients.roots import checked, known_root, root_of, under

__all__ = ["CREATIONS", "catalogue", "checked", "dataset", "known_root", "post", "root_of", "state_at_peer", "under"]
