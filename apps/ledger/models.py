"""Tables of the ledger. Written by ``services`` only; the database itself refuses changes (migration 0002)."""

from __future__ import annotations

import base64
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.ledger.types import Kind


class Entry(models.Model):
    """One line of the log. ``index`` counts from 0 without a gap; ``leaf_hash`` is over the row in canonical form."""

    index = models.BigIntegerField(_("index"), primary_key=True)
    at = models.DateTimeField(_("recorded at"), db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, db_index=True)
    subject = models.TextField(_("subject"), db_collation="C", db_index=True)
    payload = models.JSONField(_("content"))
    leaf_hash = models.BinaryField(_("hash"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering: ClassVar[list[str]] = ["-index"]

    def __str__(self) -> str:
        return f"#{self.index} {self.kind} {self.subject}"


class Node(models.Model):
    """The hash of a complete subtree of two entries or more; ``position`` is ``index << 6 | level``."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    hash = models.BinaryField(_("hash"))

    class Meta:
        verbose_name = _("subtree")
        verbose_name_plural = _("subtrees")
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return f"{self.position & 63}/{self.position >> 6}"


class Head(models.Model):
    """What a checkpoint states: a log's origin, its size, its root. Base of our own and of observed ones."""

    origin = models.TextField(_("origin"), db_collation="C")
    size = models.BigIntegerField(_("entries"))
    root = models.BinaryField(_("root"))
    note = models.TextField(_("signed note"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.origin} · {self.size}"

    @property
    def root_base64(self) -> str:
        """The root as checkpoints write it."""
        return base64.b64encode(bytes(self.root)).decode()


class Checkpoint(Head):
    """A statement of this node: so many entries with this root. ``note`` is the signed C2SP checkpoint."""

    signed_at = models.DateTimeField(_("signed at"), default=clock.now)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="ledger_one_checkpoint_per_size", fields=["origin", "size"]),
        ]


class Cosignature(models.Model):
    """A peer's word that a checkpoint of this node continues everything it saw before."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures", verbose_name=_("checkpoint")
    )
    witness = models.TextField(_("witness"), db_collation="C")
    line = models.TextField(_("signature line"))
    cosigned_at = models.DateTimeField(_("cosigned at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="ledger_one_cosignature_per_witness", fields=["checkpoint", "witness"]),
        ]

    def __str__(self) -> str:
        return f"{self.witness} · {self.checkpoint}"


class ObservedCheckpoint(Head):
    """A checkpoint of a peer that was checked here against the one seen before.

    ``retired_at`` is set when the peer's history was accepted anew after a fork; only the others count.
    """

    observed_at = models.DateTimeField(_("observed at"), default=clock.now)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("observed checkpoint")
        verbose_name_plural = _("observed checkpoints")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="ledger_one_observation_per_size",
                fields=["origin", "size"],
                condition=models.Q(retired_at__isnull=True),
            ),
        ]


class Fork(models.Model):
    """Evidence that a peer showed two histories: two notes it signed that cannot both be the beginning of one log."""

    class Reason(models.TextChoices):
        """How the two notes contradict each other."""

        SAME_SIZE = "same-size", _("same size, different root")
        INCONSISTENT = "inconsistent", _("no consistent growth")

    origin = models.TextField(_("origin"), db_collation="C")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    seen_size = models.BigIntegerField(_("entries, as seen before"))
    seen_root = models.BinaryField(_("root, as seen before"))
    seen_note = models.TextField(_("note seen before"))
    shown_size = models.BigIntegerField(_("entries, as shown now"))
    shown_root = models.BinaryField(_("root, as shown now"))
    shown_note = models.TextField(_("note shown now"))
    proof = models.JSONField(_("proof shown"), default=list)
    found_at = models.DateTimeField(_("found at"), default=clock.now, db_index=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("fork")
        verbose_name_plural = _("forks")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="ledger_one_fork_per_contradiction",
                fields=["origin", "seen_size", "seen_root", "shown_size", "shown_root"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} · {self.seen_size} / {self.shown_size}"


class PersonalCommitment(models.Model):
    """The salt of a commitment to something personal. Erased, nobody can tell any more what was committed to."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4)
    digest = models.CharField(_("commitment"), max_length=80, unique=True)
    salt = models.BinaryField(_("salt"), null=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.digest
