"""What the background does for the desk. Three pieces, so that trouble in one of them stops neither of the others."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.desk.services import closing, delivering, forwarding, letters, mails, storing, welcoming


def send_mails(*, at: datetime | None = None) -> int:
    """Send emails that are due; returns how many."""
    return mails.drain(at=at)


def exchange(*, at: datetime | None = None) -> int:
    """Send letters to other cities and fetch the files of their answers; returns how many."""
    moment = at or clock.now()
    return letters.drain(refused=forwarding.refused, at=moment) + welcoming.fetch_files(at=moment)


def clear(*, at: datetime | None = None) -> int:
    """End deliveries, erase requests, destroy doomed files; returns how many."""
    moment = at or clock.now()
    return delivering.end_expired(at=moment) + closing.erase_due(at=moment) + storing.destroy_doomed(at=moment)


def run_due(*, at: datetime | None = None) -> int:
    """All three, one after the other; returns how much was done."""
    return send_mails(at=at) + exchange(at=at) + clear(at=at)
