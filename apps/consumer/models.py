"""Tables of the consumer. Written by ``services`` only."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.consumer.querysets import PurgeQuerySet, SubscriptionQuerySet
from apps.consumer.types import PurgeState, Reason, Stage, SubscriptionState, Verdict
from apps.core import clock
from apps.core.models import Duty, Timestamped


class Subscription(Timestamped, Duty):
    """The duty to keep one replica true. A renewal hands it over to the new agreement, rows and cursor included."""

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    agreement = models.OneToOneField(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="subscription", verbose_name=_("agreement")
    )
    peer = models.ForeignKey(
        "peers.Peer", on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("owner")
    )
    endpoint = models.CharField(_("endpoint"), max_length=500, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=10, choices=SubscriptionState.choices, default=SubscriptionState.ACTIVE, db_index=True
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.FOLLOW)
    cursor = models.TextField(_("cursor"), blank=True, default="")
    description_digest = models.CharField(_("digest of the description"), max_length=80, blank=True, default="")
    about = models.JSONField(_("what the owner says about the dataset"), default=dict, blank=True, editable=False)
    as_of = models.DateTimeField(_("owner's time of the last page"), null=True, blank=True)
    last_complete_at = models.DateTimeField(_("complete as of"), null=True, blank=True)
    last_pull_at = models.DateTimeField(_("last pulled at"), null=True, blank=True)
    hinted_at = models.DateTimeField(_("last hint at"), null=True, blank=True)
    next_compare_at = models.DateTimeField(_("next comparison at"), null=True, blank=True)
    next_retention_at = models.DateTimeField(_("next look for outlived rows at"), null=True, blank=True)
    pages_received = models.BigIntegerField(_("pages received"), default=0)
    rows_received = models.BigIntegerField(_("rows received"), default=0)
    is_slow = models.BooleanField(_("owner answers slowly"), default=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.get_state_display()}"


class ReplicaStream(models.Model):
    """Which datastream here holds which stream of the owner."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="streams", verbose_name=_("subscription")
    )
    stream = models.IntegerField(_("owner's stream"))
    datastream = models.OneToOneField(
        "sensors.Datastream", on_delete=models.CASCADE, related_name="replica", verbose_name=_("datastream")
    )
    statistic = models.CharField(_("statistic"), max_length=8, blank=True, default="")

    class Meta:
        verbose_name = _("replica stream")
        verbose_name_plural = _("replica streams")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subscription", "stream"], name="consumer_stream_once")
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} · {self.stream}"


class PageReceipt(models.Model):
    """One page received and applied, with the owner's digest of it. ``latency_s`` from the owner's commit to ours."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="pages", verbose_name=_("subscription")
    )
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="+", verbose_name=_("agreement")
    )
    received_at = models.DateTimeField(_("applied at"), default=clock.now, db_index=True)
    cursor = models.TextField(_("cursor"), blank=True, default="")
    next_cursor = models.TextField(_("next cursor"))
    rows = models.PositiveIntegerField(_("rows"))
    bytes = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(_("digest of the page"), max_length=80)
    as_of = models.DateTimeField(_("owner's time"))
    committed_at = models.DateTimeField(_("oldest commit at the owner"), null=True, blank=True)
    latency_s = models.FloatField(_("latency in seconds"), null=True, blank=True)
    entry = models.BigIntegerField(_("ledger entry"), null=True)

    class Meta:
        verbose_name = _("received page")
        verbose_name_plural = _("received pages")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.subscription_id} · {self.rows}"


class Refetch(models.Model):
    """A part of a replica to be walked once more; with ``reason`` repair, what the owner no longer has is deleted."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="refetches", verbose_name=_("subscription")
    )
    streams = models.JSONField(_("owner's streams"))
    start = models.BigIntegerField(_("from (µs)"), default=0)
    end = models.BigIntegerField(_("until (µs, exclusive)"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    cursor = models.TextField(_("cursor"), blank=True, default="")
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("part to be fetched again")
        verbose_name_plural = _("parts to be fetched again")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.subscription_id} · {self.get_reason_display()}"


class Comparison(models.Model):
    """One comparison of a replica with its owner, day by day. ``found`` lists [stream, day] that differed at first."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="comparisons", verbose_name=_("subscription")
    )
    started_at = models.DateTimeField(_("started at"), default=clock.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    streams = models.PositiveIntegerField(_("streams"), default=0)
    days = models.PositiveIntegerField(_("days"), default=0)
    rows_owner = models.BigIntegerField(_("rows at the owner"), default=0)
    rows_replica = models.BigIntegerField(_("rows here"), default=0)
    found = models.JSONField(_("days that differed"), default=list, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN, db_index=True
    )

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.subscription_id} · {self.get_verdict_display()}"


class ThinnedDay(models.Model):
    """A day from which rows were deleted because their retention was over: it cannot equal the owner's any more."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="thinned", verbose_name=_("subscription")
    )
    stream = models.IntegerField(_("owner's stream"))
    day = models.DateField(_("day (UTC)"))

    class Meta:
        verbose_name = _("thinned day")
        verbose_name_plural = _("thinned days")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subscription", "stream", "day"], name="consumer_thinned_once")
        ]

    def __str__(self) -> str:
        return f"{self.stream} · {self.day}"


class Purge(Duty):
    """The duty to delete a replica, or its outlived part, and to prove it to the owner."""

    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="purges",
        verbose_name=_("subscription"),
    )
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="purges", verbose_name=_("agreement")
    )
    kind = models.CharField(_("kind"), max_length=12)
    notice = models.JSONField(_("owner's notice"), null=True, blank=True)
    notice_digest = models.CharField(_("digest of the notice"), max_length=80, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=12, choices=PurgeState.choices, default=PurgeState.DUE, db_index=True
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    rows_before = models.BigIntegerField(_("rows before"), null=True, blank=True)
    rows_after = models.BigIntegerField(_("rows after"), null=True, blank=True)
    replica_digest = models.CharField(_("digest of what was deleted"), max_length=80, blank=True, default="")
    purged_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    receipt = models.JSONField(_("signed receipt"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("accepted by the owner at"), null=True, blank=True)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agreement"], condition=~models.Q(kind="retention"), name="consumer_one_final_purge"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.kind} · {self.get_state_display()}"
