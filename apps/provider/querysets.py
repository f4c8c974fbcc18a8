"""Questions to the provider's tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from apps.provider.types import WithdrawalState


class WithdrawalQuerySet(models.QuerySet[Any]):
    """Withdrawals."""

    def open(self) -> WithdrawalQuerySet:
        """Those whose deletion is not yet proven."""
        return self.exclude(state=WithdrawalState.CONFIRMED)

    def late(self, at: datetime) -> WithdrawalQuerySet:
        """Open ones past their deadline that are not yet marked so."""
        return self.open().filter(due_at__lte=at, overdue_since__isnull=True)
