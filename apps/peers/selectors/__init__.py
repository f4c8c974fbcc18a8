"""Reads of peers: who this node is, which peers there are, which keys count."""

from apps.peers.selectors.identity import (
    document,
    own_fingerprint,
    published_keys,
    signing_key,
    this_node,
)
from apps.peers.selectors.ledger_keys import LedgerIdentity, ledger_keys_of, ledger_signer
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
    "LedgerIdentity",
    "all_peers",
    "breaker",
    "document",
    "find",
    "known_key",
    "ledger_keys_of",
    "ledger_signer",
    "own_fingerprint",
    "peer",
    "published_keys",
    "signing_key",
    "this_node",
    "trusted",
    "verify_key",
]
