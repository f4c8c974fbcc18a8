"""Background work of the desk: one service call each; what is due stands in the database."""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.desk import services


@tracked(name="desk.send_mails", quiet=True)
def send_mails() -> int:
    """Emails to requesters."""
    return services.send_mails()


@tracked(name="desk.exchange", quiet=True)
def exchange() -> int:
    """Letters to other cities, and files from there."""
    return services.exchange()


@tracked(name="desk.clear", quiet=True)
def clear() -> int:
    """Expiries, erasures, files to destroy."""
    return services.clear()
