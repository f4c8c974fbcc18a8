"""The port through which the ledger learns who it is: whoever owns the keys plugs in at start.

The ledger lies below ``peers`` and knows no key. ``peers`` calls ``provide`` once from its ``AppConfig.ready``; until
then nobody signs, and a verification says that it could not check signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from apps.ledger.types.notes import Key, Signer


class Identity(Protocol):
    """What the ledger needs to know about keys. Every method asks afresh; keys change."""

    def signer(self) -> Signer | None:
        """The key that signs now, or None while this node has none."""

    def own_keys(self) -> Sequence[Key]:
        """All keys, old and new, by which this node's checkpoints may be signed."""

    def witness_keys(self) -> Sequence[Key]:
        """The pinned keys of peers, by which cosignatures may be signed."""


class Nobody:
    """The identity of a node whose keys nobody has plugged in."""

    def signer(self) -> Signer | None:
        """No key signs."""
        return None

    def own_keys(self) -> Sequence[Key]:
        """No key is known."""
        return ()

    def witness_keys(self) -> Sequence[Key]:
        """No key is known."""
        return ()


class Socket:
    """Holds the one identity; a plain object instead of a module variable, so that tests can plug in their own."""

    def __init__(self) -> None:
        self.identity: Identity = Nobody()


SOCKET = Socket()


def provide(identity: Identity) -> None:
    """Plug the node's identity in; the last one counts."""
    SOCKET.identity = identity


def identity() -> Identity:
    """The identity plugged in, or one without keys."""
    return SOCKET.identity
