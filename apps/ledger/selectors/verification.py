"""Proving the ledger from its first entry, in bounded memory, and naming the first fault.

Three things must agree: every entry with its own hash, the stored subtrees with the entries, and every signed
checkpoint with the tree at its size. A lone edit breaks the first or second; somebody who recomputes all hashes breaks
the third, unless the checkpoints are removed too – then only the notes that witnesses hold can tell, and they can be
handed in.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from apps.core.errors import Invalid
from apps.ledger.models import Checkpoint, Entry, Node
from apps.ledger.selectors import tree
from apps.ledger.types import Fault, Key, Report, leaves, merkle, notes, ports

CHUNK = 1000
Progress = Callable[[int, int], None]
Row = tuple[int, datetime, str, str, object, bytes]
FIELDS = ("index", "at", "kind", "subject", "payload", "leaf_hash")


@dataclass(frozen=True)
class Mark:
    """A size at which the root is known from elsewhere; ``problem`` is what is wrong with that statement itself."""

    size: int
    root: bytes
    label: str
    problem: str = ""


def verify(
    *, witnessed: Iterable[str] = (), keys: Sequence[Key] | None = None, progress: Progress | None = None
) -> Report:
    """Recompute everything and compare; entries appended meanwhile are left out.

    ``witnessed`` are checkpoint notes of this node that peers or strangers kept. ``keys`` are this node's own keys, old
    and new; by default those the node's identity knows, and without any the signatures remain unchecked, which the
    report says. ``progress`` is called with entries done and in all. Raises BadNote (Invalid) for a witnessed note that
    is malformed or not signed by this node.
    """
    own = list(ports.identity().own_keys() if keys is None else keys)
    outside = sorted((_witnessed_mark(note, own) for note in witnessed), key=lambda mark: mark.size)
    # The checkpoints are asked for before the size: each one committed by now covers entries that are visible then.
    last_checkpoint = Checkpoint.objects.order_by("-id").values_list("id", flat=True).first() or 0
    marks = heapq.merge(_own_marks(last_checkpoint, own), outside, key=lambda mark: mark.size)
    entries, nodes = _extent()
    walk = _Walk(marks)
    fault = walk.marks_reached()
    while fault is None and walk.frontier.size < entries:
        fault = walk.chunk(_rows(walk.last_index, entries))
        if progress:
            progress(walk.frontier.size, entries)
    fault = fault or walk.beyond_the_end(nodes)
    return Report(
        entries=entries,
        checkpoints=walk.marks_passed,
        ok=fault is None,
        root=walk.frontier.root(),
        signatures=bool(own),
        first_fault=fault.first if fault else None,
        detail=fault.detail if fault else "",
    )


class _Walk:
    """The state of one verification: the recomputed tree so far and the marks still to be reached."""

    def __init__(self, marks: Iterator[Mark]) -> None:
        self.frontier = merkle.Frontier()
        self.last_index: int | None = None
        self.marks_passed = 0
        self._marks = marks
        self._next_mark = next(marks, None)
        self._proven_size = 0

    def chunk(self, rows: Sequence[Row]) -> Fault | None:
        """Check the next entries; the earliest fault among them, or None."""
        completed: list[tuple[merkle.Node, bytes]] = []
        fault = None if rows else _missing(self.frontier.size, self.frontier.size)
        for row in rows:
            fault = self._entry(row, completed)
            if fault is not None:
                break
        candidates = [candidate for candidate in (_stored_nodes(completed), fault) if candidate]
        # The one that shows up first when reading on entry by entry; it is also the narrower one.
        return min(candidates, key=lambda candidate: (candidate.last, candidate.first), default=None)

    def _entry(self, row: Row, completed: list[tuple[merkle.Node, bytes]]) -> Fault | None:
        index, *_content, stored = row
        expected = self.frontier.size
        if index != expected:
            return _missing(expected, max(expected, index - 1))
        leaf = _leaf(row)
        if leaf != bytes(stored):
            return Fault(index, index, f"entry {index} was changed: it does not match its own hash")
        completed.extend(self.frontier.append(leaf))
        self.last_index = index
        return self.marks_reached()

    def marks_reached(self) -> Fault | None:
        """Compare the tree with every mark at the present size."""
        while self._next_mark is not None and self._next_mark.size == self.frontier.size:
            mark = self._next_mark
            last = max(self._proven_size, mark.size - 1)
            if mark.problem:
                return Fault(self._proven_size, last, f"{mark.label}: {mark.problem}")
            if mark.root != self.frontier.root():
                return Fault(
                    self._proven_size,
                    last,
                    f"{mark.label} states another root: entries {self._proven_size} to {last} are not those it was"
                    " signed for – something among them was changed, deleted, inserted or reordered",
                )
            self._proven_size, self.marks_passed = mark.size, self.marks_passed + 1
            self._next_mark = next(self._marks, None)
        return None

    def beyond_the_end(self, nodes: int) -> Fault | None:
        """What lies past the last entry: marks and subtrees of entries that are gone."""
        size = self.frontier.size
        if self._next_mark is not None:
            mark = self._next_mark
            return Fault(
                size, mark.size - 1, f"{mark.label} covers {mark.size} entries, but the ledger ends after {size}"
            )
        if nodes != size - size.bit_count():
            return Fault(size, size, f"there are {nodes} stored subtrees where {size} entries have fewer or more")
        return None


def _extent() -> tuple[int, int]:
    # One statement, hence one snapshot: entries and subtrees are counted at the same moment.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(max(index) + 1, 0) FROM ledger_entry), (SELECT count(*) FROM ledger_node)"
        )
        entries, nodes = cursor.fetchone() or (0, 0)
    return max(entries, 0), nodes


def _rows(after: int | None, entries: int) -> list[Row]:
    rows = Entry.objects.filter(index__lt=entries).order_by("index")
    if after is not None:
        rows = rows.filter(index__gt=after)
    return list(rows.values_list(*FIELDS)[:CHUNK])


def _leaf(row: Row) -> bytes | None:
    index, at, kind, subject, payload, _stored = row
    if not isinstance(payload, dict):
        return None
    try:
        return merkle.leaf_hash(leaves.encode(index=index, at=at, kind=kind, subject=subject, payload=payload))
    except Invalid:
        return None


def _missing(first: int, last: int) -> Fault:
    what = f"entry {first} is" if first == last else f"entries {first} to {last} are"
    return Fault(first, last, f"{what} missing")


def _stored_nodes(completed: Sequence[tuple[merkle.Node, bytes]]) -> Fault | None:
    positions = [tree.position(node) for node, _digest in completed]
    stored = dict(Node.objects.filter(position__in=positions).values_list("position", "hash"))
    for (node, digest), position in zip(completed, positions, strict=True):
        found = stored.get(position)
        if found is None or bytes(found) != digest:
            level, index = node
            first, last = index << level, ((index + 1) << level) - 1
            state = "is missing" if found is None else "differs: one of them was changed"
            return Fault(first, last, f"the stored hash over entries {first} to {last} {state}")
    return None


def _own_marks(last_id: int, own: Sequence[Key]) -> Iterator[Mark]:
    witness_keys = {(key.name, key.id(notes.COSIGNATURE_V1)): key for key in ports.identity().witness_keys()}
    rows = Checkpoint.objects.filter(id__lte=last_id).order_by("size", "id").prefetch_related("cosignatures")
    for row in rows.iterator(chunk_size=CHUNK):
        problem = _statement_problem(row, own) or _cosignature_problem(row, witness_keys)
        yield Mark(row.size, bytes(row.root), f"the checkpoint of {row.size} entries", problem)


def _statement_problem(row: Checkpoint, own: Sequence[Key]) -> str:
    try:
        note = notes.parse(row.note)
        head = notes.parse_head(note.text)
        if (head.origin, head.size, head.root) != (row.origin, row.size, bytes(row.root)):
            return "its signed note says something else than its row"
        if own:
            _require_any(note, own)
    except notes.BadNote as error:
        return error.message
    return ""


def _cosignature_problem(row: Checkpoint, witness_keys: dict[tuple[str, bytes], Key]) -> str:
    text = row.note.partition("\n\n")[0] + "\n"
    try:
        for cosignature in row.cosignatures.all():
            line = notes.parse_signature(cosignature.line)
            key = witness_keys.get((line.name, line.key_id))
            # Without a key the witness is no longer a peer; its word can then be checked by nobody here.
            if key is not None:
                notes.open_cosignature(text, cosignature.line, key)
    except notes.BadNote as error:
        return error.message
    return ""


def _witnessed_mark(note: str, own: Sequence[Key]) -> Mark:
    parsed = notes.parse(note)
    if own:
        _require_any(parsed, own)
    head = notes.parse_head(parsed.text)
    return Mark(head.size, head.root, f"the witnessed checkpoint of {head.size} entries")


def _require_any(note: notes.Note, own: Sequence[Key]) -> None:
    """Raises BadNote unless one of the node's keys signed the note; keys it does not name are passed over."""
    named = [key for key in own for line in note.signatures if (line.name, line.key_id) == (key.name, key.id())]
    if not named:
        raise notes.BadNote("it is not signed by this node", part="signature")
    note.require(named[0])
