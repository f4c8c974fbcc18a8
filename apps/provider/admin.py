"""Operator screens of the provider; all of it is history."""

from __future__ import annotations

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.provider.models import Disclosure, Hint, Receipt, Withdrawal


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """Which page went to whom, when, with which digest."""

    list_display = ("at", "agreement", "rows", "media_type", "digest", "entry")
    list_filter = ("agreement__peer", "media_type")
    list_select_related = ("agreement__peer",)
    search_fields = ("digest", "agreement__uid", "agreement__dataset_identifier")
    date_hierarchy = "at"


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    """Ended agreements and whether the copy is proven gone."""

    list_display = ("ended_at", "agreement", "kind", "state", "noticed_at", "due_at", "overdue_since", "receipt")
    list_filter = ("state", "kind", "agreement__peer")
    list_select_related = ("agreement__peer", "receipt")
    search_fields = ("agreement__uid", "agreement__dataset_identifier")
    date_hierarchy = "ended_at"


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Signed statements of deletion."""

    list_display = ("received_at", "agreement", "kind", "rows_before", "rows_after", "purged_at", "digest")
    list_filter = ("kind", "agreement__peer")
    list_select_related = ("agreement__peer",)
    search_fields = ("digest", "agreement__uid")
    date_hierarchy = "received_at"


@admin.register(Hint)
class HintAdmin(ReadOnlyAdmin):
    """What consumers were last told."""

    list_display = ("agreement", "seen_number", "next_attempt_at", "attempts", "sent_at", "last_error")
    list_filter = ("agreement__peer",)
    list_select_related = ("agreement__peer",)
