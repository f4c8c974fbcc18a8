"""Reads of checkpoints: this node's, those observed of peers, and who cosigned."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.ledger.models import Checkpoint, Cosignature, Fork, ObservedCheckpoint
from apps.ledger.selectors import tree
from apps.ledger.types import Summary, Witness

RECENT_CHECKPOINTS = 20


def latest_checkpoint() -> Checkpoint | None:
    """The checkpoint this node signed last, or None."""
    return Checkpoint.objects.order_by("-id").first()


def latest_observed(origin: str) -> ObservedCheckpoint | None:
    """The largest checkpoint seen of a peer's log that counts, or None."""
    return ObservedCheckpoint.objects.filter(origin=origin, retired_at__isnull=True).order_by("-size").first()


def note_with_cosignatures(checkpoint: Checkpoint) -> str:
    """The signed note with the signature lines of all witnesses under it, by name."""
    return checkpoint.note + "".join(row.line for row in checkpoint.cosignatures.order_by("witness"))


def witnesses(checkpoint: Checkpoint | None = None) -> list[str]:
    """The names of those who cosigned the checkpoint; without one: any of the last twenty. In alphabetical order."""
    if checkpoint is not None:
        found = checkpoint.cosignatures.values_list("witness", flat=True)
    else:
        recent = list(Checkpoint.objects.order_by("-id").values_list("pk", flat=True)[:RECENT_CHECKPOINTS])
        found = Cosignature.objects.filter(checkpoint__in=recent).values_list("witness", flat=True)
    return sorted(set(found))


def witness_heads() -> list[Witness]:
    """For every witness its last cosignature: name, size and time (UTC), by name."""
    rows = Cosignature.objects.order_by("witness", "-checkpoint__size").distinct("witness").select_related("checkpoint")
    return [Witness(name=row.witness, size=row.checkpoint.size, at=row.cosigned_at) for row in rows]


def forks(*, settled: bool | None = None) -> QuerySet[Fork]:
    """Evidence of forks, the newest first; only those settled, or not, where asked for."""
    found = Fork.objects.order_by("-id")
    return found if settled is None else found.filter(settled_at__isnull=not settled)


def recent_checkpoints(number: int = RECENT_CHECKPOINTS) -> list[Checkpoint]:
    """The last checkpoints with their cosignatures at hand, the newest first."""
    return list(Checkpoint.objects.order_by("-id").prefetch_related("cosignatures")[:number])


def observed() -> list[ObservedCheckpoint]:
    """For every other log the largest of its checkpoints that counts, by its origin."""
    rows = ObservedCheckpoint.objects.filter(retired_at__isnull=True).order_by("origin", "-size")
    return list(rows.distinct("origin"))


def summary() -> Summary:
    """Entries, the latest checkpoint and its recent witnesses, in one object for reports; nothing is verified here."""
    latest = latest_checkpoint()
    return Summary(
        entries=tree.size(),
        origin=latest.origin if latest else "",
        size=latest.size if latest else 0,
        root=latest.root_base64 if latest else "",
        witnesses=tuple(witnesses()),
    )
