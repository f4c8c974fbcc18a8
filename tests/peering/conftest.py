"""The same cast as in ``tests/peers``: a node, two administrators, another city."""

from tests.peers.conftest import anna, boris, city, configure, node, peer, trust

__all__ = ["anna", "boris", "city", "configure", "node", "peer", "trust"]
