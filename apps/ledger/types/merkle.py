"""The Merkle tree of RFC 6962 section 2.1, over hashes only: roots, proofs, and how to check them.

A *node* is a complete subtree: level 0 is a leaf, ``(level, index)`` covers the entries from ``index << level`` to
``((index + 1) << level) - 1``. Nodes never change once complete, so every root and every proof of every size is made of
O(log n) of them. Proofs are checked with the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

Node = tuple[int, int]
Lookup = Callable[[Sequence[Node]], Mapping[Node, bytes]]
HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(size: int) -> list[Node]:
    """The complete subtrees a tree of this size consists of, from the left, the largest first."""
    return cover(0, size)


def cover(start: int, end: int) -> list[Node]:
    """The complete subtrees that make up the entries ``start`` to ``end`` (excluded), the largest first.

    ``start`` must be a multiple of the largest one, as it is for every range in a proof.
    """
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over neighbouring complete subtrees, the largest first; no subtree at all is the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


class Frontier:
    """A growing tree that remembers only its O(log n) complete subtrees from the left."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count():
            raise ValueError("a frontier needs one hash for each complete subtree")

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add one leaf hash; returns the subtrees above it (level 1 and up) that are complete now."""
        completed: list[tuple[Node, bytes]] = []
        current, index, level = leaf, self.size, 0
        while index & 1:
            current = node_hash(self._hashes.pop(), current)
            index, level = index >> 1, level + 1
            completed.append(((level, index), current))
        self._hashes.append(current)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The Merkle tree hash of everything appended so far."""
        return fold(self._hashes)


def root(size: int, lookup: Lookup) -> bytes:
    """The root of the first ``size`` entries, from their complete subtrees."""
    return _combine([(0, size)], lookup)[0]


def inclusion_proof(index: int, size: int, lookup: Lookup) -> list[bytes]:
    """RFC 6962 section 2.1.1: the audit path of entry ``index`` in the tree of ``size`` entries.

    Raises ValueError when there is no such entry in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _combine(ranges[::-1], lookup)


def consistency_proof(old: int, new: int, lookup: Lookup) -> list[bytes]:
    """RFC 6962 section 2.1.2: that the tree of ``old`` entries is the beginning of the tree of ``new`` entries.

    Empty for ``old`` 0 and for equal sizes. Raises ValueError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree cannot grow from {old} to {new} entries")
    if old in (0, new):
        return []
    ranges: list[tuple[int, int]] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    return _combine(ranges[::-1], lookup)


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that ``leaf`` (a leaf hash) is entry ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the old tree is the beginning of the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    return _climb(position, last, path) == (old_root, new_root)


def _climb(position: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots a consistency proof leads to, or None when it has the wrong length."""
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (RFC 6962 section 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _combine(ranges: Sequence[tuple[int, int]], lookup: Lookup) -> list[bytes]:
    covers = [cover(start, end) for start, end in ranges]
    found = lookup([node for nodes in covers for node in nodes])
    return [fold([found[node] for node in nodes]) for nodes in covers]
