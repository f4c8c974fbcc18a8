"""This node's own keys: the public halves and where each stands in its life."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.peers.errors import KeyMissing
from apps.peers.models import keyring
from apps.peers.querysets import NodeKeyQuerySet
from apps.peers.states import NodeKeyState
from apps.wire import keys


class NodeKey(models.Model):
    """One version of this node's key; its private half is the file ``key-<version>.pem``."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    keyid = models.CharField(_("key id"), max_length=300, unique=True)
    public_key = models.CharField(_("public key"), max_length=60, help_text=_("Multibase, z6Mk…"))
    state = models.CharField(_("state"), max_length=10, choices=NodeKeyState.choices)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    current_since = models.DateTimeField(_("current since"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = NodeKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("own key")
        verbose_name_plural = _("own keys")
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="peers_one_current_key", fields=["state"], condition=Q(state=NodeKeyState.CURRENT)
            ),
            models.UniqueConstraint(
                name="peers_one_announced_key", fields=["state"], condition=Q(state=NodeKeyState.ANNOUNCED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.keyid} ({self.get_state_display()})"

    @property
    def verify_key(self) -> keys.VerifyKey:
        """The public half, ready to verify with."""
        return keys.VerifyKey(self.keyid, keys.from_multibase(self.public_key))

    def private(self) -> keys.SigningKey:
        """The private half from its file. Raises KeyMissing, KeyFileUnsafe, BadKey."""
        key = keyring.load(self.version, self.keyid)
        if key.verify_key.multibase != self.public_key:
            raise KeyMissing(
                gettext("The file of %(keyid)s holds another key than the published one.") % {"keyid": self.keyid},
                part="keys_dir",
                remedy=gettext("Restore the key folder that belongs to this database."),
            )
        return key
