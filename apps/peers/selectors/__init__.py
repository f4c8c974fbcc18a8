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
    CLOCK_TOLERANCE_S,
    all_peers,
    breaker,
    confirmations,
    failing,
    find,
    keys_of,
    known_key,
    peer,
    shown,
    to_confirm,
    trusted,
    verify_key,
    with_watches,
)

__all__ = [
    "CLOCK_TOLERANCE_S",
    "LedgerIdentity",
    "all_peers",
    "breaker",
    "confirmations",
    "document",
    "failing",
    "find",
    "keys_of",
    "known_key",
    "ledger_keys_of",
    "ledger_signer",
    "own_fingerprint",
    "peer",
    "published_keys",
    "shown",
    "signing_key",
    "this_node",
    "to_confirm",
    "trusted",
    "verify_key",
    "with_watches",
]
