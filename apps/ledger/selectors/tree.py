"""The tree as the database keeps it: leaves beside their entries, complete subtrees in ``Node``.

Every root and proof reads O(log n) rows. They say what is stored; whether that is true is for ``verify``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Max

from apps.core.errors import Invalid
from apps.ledger.models import Entry, Node
from apps.ledger.types import merkle

LEVEL_BITS = 6


def position(node: merkle.Node) -> int:
    """Where a subtree stands in ``Node``: ``index << 6 | level``."""
    level, index = node
    return index << LEVEL_BITS | level


def size() -> int:
    """How many entries there are."""
    last = Entry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def lookup(nodes: Sequence[merkle.Node]) -> Mapping[merkle.Node, bytes]:
    """The stored hashes of the subtrees; raises KeyError for one that is missing."""
    leaves = [index for level, index in nodes if level == 0]
    inner = [position(node) for node in nodes if node[0] > 0]
    found: dict[merkle.Node, bytes] = {}
    if leaves:
        rows = Entry.objects.filter(index__in=leaves).values_list("index", "leaf_hash")
        found.update({(0, index): bytes(digest) for index, digest in rows})
    if inner:
        stored = Node.objects.filter(position__in=inner).values_list("position", "hash")
        found.update({(key & 63, key >> LEVEL_BITS): bytes(digest) for key, digest in stored})
    return {node: found[node] for node in nodes}


def root(size: int | None = None) -> bytes:
    """The root (32 bytes) of the first ``size`` entries, of all where it is None. Raises Invalid beyond the end."""
    return merkle.root(_within(size), lookup)


def inclusion_proof(index: int, size: int | None = None) -> list[bytes]:
    """RFC 6962 section 2.1.1: the audit path of an entry in the tree of ``size`` entries (None: all).

    Raises Invalid when the tree has no such entry.
    """
    whole = _within(size)
    if not 0 <= index < whole:
        raise Invalid(f"the first {whole} entries of the ledger have no entry {index}", part="index")
    return merkle.inclusion_proof(index, whole, lookup)


def consistency_proof(old: int, new: int | None = None) -> list[bytes]:
    """RFC 6962 section 2.1.2: that the first ``old`` entries are the beginning of the first ``new`` (None: all).

    Raises Invalid unless 0 <= old <= new <= size().
    """
    whole = _within(new)
    if not 0 <= old <= whole:
        raise Invalid(f"the ledger did not grow from {old} to {whole} entries", part="old")
    return merkle.consistency_proof(old, whole, lookup)


def _within(wanted: int | None) -> int:
    entries = size()
    if wanted is None:
        return entries
    if not 0 <= wanted <= entries:
        raise Invalid(f"the ledger has {entries} entries, not {wanted}", part="size")
    return wanted
