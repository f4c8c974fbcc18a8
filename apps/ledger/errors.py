"""What can go wrong with histories."""

from __future__ import annotations

from apps.core.errors import Conflict


class ForkDetected(Conflict):
    """A peer showed a history that contradicts what it showed before; the evidence is kept under ``fork_id``."""

    default_code = "ledger-fork"

    def __init__(self, message: str, *, fork_id: int) -> None:
        super().__init__(message, part="checkpoint", remedy="compare the two notes in the admin under Ledger, Forks")
        self.fork_id = fork_id


class HistoryLost(Conflict):
    """This node's own tree no longer continues its last checkpoint: nothing may be signed."""

    default_code = "ledger-history-lost"


class NotAppendable(Conflict):
    """The surrounding transaction cannot append: it does not see what others have committed meanwhile."""

    default_code = "ledger-isolation"
