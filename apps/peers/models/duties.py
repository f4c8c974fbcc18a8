"""What this node owes its peers: news of its keys, and the exchange of ledger checkpoints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Duty
from apps.peers.models.node_keys import NodeKey
from apps.peers.models.peers import Peer


class RotationNotice(Duty):
    """One peer must learn of one new key. ``message`` carries the signatures of the old key and the new."""

    node_key = models.ForeignKey(NodeKey, on_delete=models.CASCADE, related_name="notices", verbose_name=_("new key"))
    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="rotation_notices", verbose_name=_("peer"))
    message = models.JSONField(_("message"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a new key")
        verbose_name_plural = _("notices of new keys")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="peers_one_notice_per_key_and_peer", fields=["node_key", "peer"]),
        ]

    def __str__(self) -> str:
        return f"{self.node_key.keyid} → {self.peer}"


class CheckpointWatch(Duty):
    """The standing exchange of checkpoints with one peer.

    ``sent_size`` is the largest ledger of ours it cosigned, ``seen_size`` the largest of theirs we verified. A fork
    found once is never forgotten: ``forked_at`` stays until an administrator repeats the ceremony.
    """

    peer = models.OneToOneField(Peer, on_delete=models.CASCADE, related_name="checkpoint_watch", verbose_name=_("peer"))
    sent_size = models.PositiveBigIntegerField(_("entries of ours it cosigned"), default=0)
    seen_size = models.PositiveBigIntegerField(_("entries of theirs verified here"), default=0)
    last_ok_at = models.DateTimeField(_("last exchanged at"), null=True, blank=True)
    forked_at = models.DateTimeField(_("fork found at"), null=True, blank=True)

    class Meta:
        verbose_name = _("checkpoint exchange")
        verbose_name_plural = _("checkpoint exchanges")

    def __str__(self) -> str:
        return str(self.peer)
