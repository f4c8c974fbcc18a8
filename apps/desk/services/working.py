"""What the background does for the desk, in one place."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.desk.services import closing, delivering, forwarding, letters, mails, storing, welcoming


def run_due(*, at: datetime | None = None) -> int:
    """Send emails and letters, fetch files, end deliveries, erase requests, destroy doomed files; returns how many."""
    moment = at or clock.now()
    return (
        mails.drain(at=moment)
        + letters.drain(refused=forwarding.refused, at=moment)
        + welcoming.fetch_files(at=moment)
        + delivering.end_expired(at=moment)
        + closing.erase_due(at=moment)
        + storing.destroy_doomed(at=moment)
    )
