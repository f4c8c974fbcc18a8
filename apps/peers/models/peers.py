"""Peers and their pinned keys."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.peers.querysets import PeerKeyQuerySet, PeerQuerySet
from apps.peers.states import BREAKER_THRESHOLD, Breaker, PeerState, TrustSource
from apps.wire import keys


class Peer(Timestamped):
    """Another city's node. ``ceremony`` counts how often trust had to be built anew; older confirmations do not count.

    ``fingerprint`` stands for the keys pinned in this ceremony and is what two administrators compare.
    """

    did = models.CharField(_("DID"), max_length=255, unique=True)
    name = models.CharField(_("name"), max_length=120)
    base_url = models.URLField(_("address"), max_length=255)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="peer", verbose_name=_("principal")
    )
    state = models.CharField(_("state"), max_length=10, choices=PeerState.choices, default=PeerState.PROPOSED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    trust_source = models.CharField(
        _("trusted on the word of"), max_length=10, choices=TrustSource.choices, default=TrustSource.NONE
    )
    ceremony = models.PositiveIntegerField(_("ceremony"), default=1)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, default="")
    software = models.CharField(_("software"), max_length=100, blank=True, default="")

    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    opened_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    probing_until = models.DateTimeField(_("being tried until"), null=True, blank=True)
    last_ok_at = models.DateTimeField(_("last answered at"), null=True, blank=True)
    last_heard_at = models.DateTimeField(_("last asked us at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True, default="")
    clock_offset_s = models.FloatField(_("clock offset in seconds (theirs minus ours)"), null=True, blank=True)

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer")
        verbose_name_plural = _("peers")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="peers_one_peer_per_address", fields=["base_url"], condition=~Q(state=PeerState.REMOVED)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.did

    @property
    def is_trusted(self) -> bool:
        """Whether the peer may ask and is asked."""
        return self.state == PeerState.TRUSTED

    def breaker(self, at: datetime) -> Breaker:
        """Closed: call it. Open: leave it alone. Half-open: one call may find out."""
        if self.failures < BREAKER_THRESHOLD or self.opened_until is None:
            return Breaker.CLOSED
        return Breaker.OPEN if self.opened_until > at else Breaker.HALF_OPEN


class PeerKey(models.Model):
    """A key of a peer as it was pinned: by the ceremony it belongs to, or by a rotation signed with a pinned key."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="keys", verbose_name=_("peer"))
    ceremony = models.PositiveIntegerField(_("ceremony"))
    version = models.PositiveIntegerField(_("version"))
    keyid = models.CharField(_("key id"), max_length=300)
    public_key = models.CharField(_("public key"), max_length=60, help_text=_("Multibase, z6Mk…"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    valid_from = models.DateTimeField(_("valid from"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = PeerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of a peer")
        verbose_name_plural = _("keys of peers")
        ordering: ClassVar[list[str]] = ["peer_id", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="peers_key_pinned_once", fields=["keyid"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.keyid

    @property
    def verify_key(self) -> keys.VerifyKey:
        """The key, ready to verify with."""
        return keys.VerifyKey(self.keyid, keys.from_multibase(self.public_key))
