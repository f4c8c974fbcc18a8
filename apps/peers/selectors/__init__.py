"""Reads of peers: who this node is, which peers there are, which keys count."""

from apps.peers.selectors.identity import (
    document,
    ledger_signer,
    own_fingerprint,
    published_keys,
    signing_key,
    this_node,
)
from apps.peers.selectors.peers import (
    all_peers,
    breaker,
    find,
    known_key,
    peer,
    trusted,
    verify_key,
)

__all__ = [
    "all_peers",
    "breaker",
    "document",
    "find",
    "known_key",
    "ledger_signer",
    "own_fingerprint",
    "peer",
    "published_keys",
    "signing_key",
    "this_node",
    "trusted",
    "verify_key",
]
