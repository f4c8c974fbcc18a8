"""Tables of the provider: what was disclosed, what is to be announced, what was taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import Duty
from apps.provider.querysets import WithdrawalQuerySet
from apps.provider.types import WithdrawalState


class Disclosure(models.Model):
    """One page that left this node. Written in the transaction that read its rows; never changed."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("agreement")
    )
    at = models.DateTimeField(_("disclosed at"), default=clock.now, db_index=True)
    cursor = models.TextField(_("cursor"), blank=True, default="")
    next_cursor = models.TextField(_("next cursor"), blank=True, default="")
    rows = models.PositiveIntegerField(_("rows"))
    media_type = models.CharField(_("media type"), max_length=60)
    digest = models.CharField(_("digest of the page"), max_length=80)
    entry = models.BigIntegerField(_("ledger entry"), null=True)

    class Meta:
        verbose_name = _("disclosed page")
        verbose_name_plural = _("disclosed pages")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.rows}"


class Hint(Duty):
    """The duty to tell one consumer that there is more. Carries no data, only "come and pull"."""

    agreement = models.OneToOneField(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="hint", verbose_name=_("agreement")
    )
    seen_number = models.BigIntegerField(_("batches looked at up to number"), default=0)
    seen_until = models.BigIntegerField(_("horizon looked at (µs)"), default=0)
    sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")

    def __str__(self) -> str:
        return str(self.agreement_id)


class Receipt(models.Model):
    """A consumer's signed statement of deletion, as it came and after its signature was found good; never changed."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="receipts", verbose_name=_("agreement")
    )
    kind = models.CharField(_("kind"), max_length=12)
    envelope = models.JSONField(_("signed statement"))
    digest = models.CharField(_("digest"), max_length=80, unique=True)
    rows_before = models.BigIntegerField(_("rows before"))
    rows_after = models.BigIntegerField(_("rows after"))
    purged_at = models.DateTimeField(_("deleted at"))
    received_at = models.DateTimeField(_("accepted at"), default=clock.now)
    entry = models.BigIntegerField(_("ledger entry"), null=True)

    class Meta:
        verbose_name = _("deletion receipt")
        verbose_name_plural = _("deletion receipts")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.kind}"


class Withdrawal(Duty):
    """The end of an agreement, followed until the consumer has proven that its copy is gone."""

    agreement = models.OneToOneField(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="withdrawal", verbose_name=_("agreement")
    )
    kind = models.CharField(_("kind"), max_length=12)
    reason = models.TextField(_("reason"), blank=True, default="")
    ended_at = models.DateTimeField(_("ended at"))
    state = models.CharField(
        _("state"), max_length=10, choices=WithdrawalState.choices, default=WithdrawalState.NOTIFYING, db_index=True
    )
    noticed_at = models.DateTimeField(_("notice delivered at"), null=True, blank=True)
    due_at = models.DateTimeField(_("receipt due at"))
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True)
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="closes", verbose_name=_("receipt")
    )

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering: ClassVar[list[str]] = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.get_state_display()}"
