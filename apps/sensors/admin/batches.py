"""What was written when: batches, corrections, tombstones, epochs, packed months. Looked at, never edited."""

from __future__ import annotations

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.sensors.models import Batch, Correction, Epoch, Partition, Tombstone


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Every write of observations."""

    list_display = (
        "id",
        "number",
        "recorded_at",
        "source",
        "origin",
        "accepted",
        "corrected",
        "deleted",
        "rejected",
        "first_time",
        "last_time",
    )
    list_filter = (("number", admin.EmptyFieldListFilter), ("origin", admin.EmptyFieldListFilter))
    search_fields = ("source", "client_key", "=id", "=number")
    date_hierarchy = "recorded_at"


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """Values that were replaced."""

    list_display = ("corrected_at", "datastream", "phenomenon_time", "span", "old_result", "batch_id")
    list_select_related = ("datastream",)
    search_fields = ("=datastream__id", "datastream__name")
    date_hierarchy = "corrected_at"


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnlyAdmin):
    """Observations that were deleted."""

    list_display = ("deleted_at", "datastream", "phenomenon_time", "span", "reason")
    list_select_related = ("datastream",)
    search_fields = ("=datastream__id", "datastream__name", "reason")
    date_hierarchy = "deleted_at"


@admin.register(Epoch)
class EpochAdmin(ReadOnlyAdmin):
    """When numbers began anew."""

    list_display = ("number", "started_at", "reason")


@admin.register(Partition)
class PartitionAdmin(ReadOnlyAdmin):
    """Months that were packed."""

    list_display = ("month", "packed_at", "packed_rows", "bytes_before", "bytes_after")
