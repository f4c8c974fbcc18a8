"""The nightly proof: verification whose failure cannot be overlooked."""

from __future__ import annotations

import logging

from apps.ledger.errors import HistoryLost
from apps.ledger.selectors import verify
from apps.ledger.types import Report

log = logging.getLogger(__name__)


def prove() -> Report:
    """Verify everything and return the report. Raises HistoryLost, and logs an error, when there is a fault."""
    report = verify()
    if not report.ok:
        log.error("ledger fault", extra={"first_fault": report.first_fault, "detail": report.detail})
        raise HistoryLost(
            f"fault at entry {report.first_fault}: {report.detail}", part="ledger", remedy="see docs/ledger.md"
        )
    return report
