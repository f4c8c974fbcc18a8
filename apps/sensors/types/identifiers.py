"""How an observation's id is built: ``batch << 20 | ordinal``, below 2**53 so that JavaScript clients survive."""

from __future__ import annotations

ORDINAL_BITS = 20
MAX_BATCH_ROWS = 1 << ORDINAL_BITS


def first_id(batch_id: int) -> int:
    """The smallest observation id of a batch."""
    return batch_id << ORDINAL_BITS


def last_id(batch_id: int) -> int:
    """The greatest observation id a batch can hold."""
    return (batch_id << ORDINAL_BITS) | (MAX_BATCH_ROWS - 1)


def batch_of(observation_id: int) -> int:
    """The batch that wrote this version of an observation."""
    return observation_id >> ORDINAL_BITS


def ordinal_of(observation_id: int) -> int:
    """The place of an observation within its batch, from 0."""
    return observation_id & (MAX_BATCH_ROWS - 1)
