"""What the tests of the ledger share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from apps.ledger import services
from apps.ledger.models import Entry
from apps.ledger.types import Key, Kind, NewEntry, ports

OWN = "did:web:bielefeld.example"
PEER = "did:web:detmold.example"
DIGEST = "sha-256:" + "ab" * 32


@dataclass(frozen=True)
class FakeSigner:
    """A signer with its key in memory."""

    name: str = OWN
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes, /) -> bytes:
        return self.private.sign(message)

    @property
    def key(self) -> Key:
        return Key(name=self.name, public=self.public_key)


@dataclass
class FakeIdentity:
    """An identity made of fake signers."""

    own: FakeSigner | None
    witnesses: tuple[FakeSigner, ...] = ()

    def signer(self) -> FakeSigner | None:
        return self.own

    def own_keys(self) -> Sequence[Key]:
        return [self.own.key] if self.own else []

    def witness_keys(self) -> Sequence[Key]:
        return [witness.key for witness in self.witnesses]


@pytest.fixture
def signer() -> FakeSigner:
    """This node's key."""
    return FakeSigner()


@pytest.fixture
def witness() -> FakeSigner:
    """A peer's key."""
    return FakeSigner(PEER)


@pytest.fixture
def identity(signer: FakeSigner, witness: FakeSigner) -> Iterator[FakeIdentity]:
    """The node knows its own key and the witness's."""
    before = ports.identity()
    fake = FakeIdentity(own=signer, witnesses=(witness,))
    ports.provide(fake)
    yield fake
    ports.provide(before)


def epoch(number: int) -> NewEntry:
    """A small valid entry."""
    return NewEntry(kind=Kind.EPOCH, subject=OWN, payload={"epoch": number})


@pytest.fixture
def fill(db: None) -> Callable[[int], list[Entry]]:
    """Appends so many small entries."""

    def append(count: int) -> list[Entry]:
        return services.append_many([epoch(number) for number in range(count)])

    return append


@contextmanager
def tampering() -> Iterator[Callable[..., None]]:
    """Write past every trigger, as somebody who rules the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor.execute
        finally:
            cursor.execute("SET session_replication_role = origin")
