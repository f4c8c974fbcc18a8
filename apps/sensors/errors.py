"""What can go wrong with sensors beyond the common errors."""

from __future__ import annotations

from apps.core import errors


class PageRefused(errors.Invalid):
    """A page of replicas holds rows that cannot be stored; none of it was."""

    default_code = "replica-page-invalid"


class PartitionBusy(errors.Unavailable):
    """Somebody reads or writes the month for too long to pack it now."""

    default_code = "partition-busy"
