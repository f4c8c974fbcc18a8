"""Operator screens of the consumer."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consumer import services
from apps.consumer.models import Comparison, PageReceipt, Purge, Refetch, ReplicaStream, Subscription, ThinnedDay
from apps.core.admin import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Every replica: how far, how fresh, what went wrong last."""

    list_display = (
        "agreement",
        "peer",
        "state",
        "stage",
        "last_complete_at",
        "rows_received",
        "next_attempt_at",
        "attempts",
        "is_slow",
        "last_error",
    )
    list_filter = ("state", "stage", "is_slow", "peer")
    list_select_related = ("agreement__peer", "peer")
    search_fields = ("agreement__uid", "agreement__dataset_identifier", "agreement__title")
    actions = ("compare_now",)

    @admin.action(description=_("Compare with the owner now"), permissions=["view"])
    def compare_now(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Make comparisons due at once."""
        for pk in queryset.values_list("pk", flat=True):
            services.request_comparison(subscription_id=pk)
        self.message_user(request, _("The comparison is due now."), messages.SUCCESS)


@admin.register(PageReceipt)
class PageReceiptAdmin(ReadOnlyAdmin):
    """Pages received."""

    list_display = ("received_at", "subscription", "rows", "bytes", "latency_s", "digest", "entry")
    list_filter = ("subscription__peer",)
    list_select_related = ("subscription__agreement__peer",)
    search_fields = ("digest", "agreement__uid")
    date_hierarchy = "received_at"


@admin.register(Purge)
class PurgeAdmin(ReadOnlyAdmin):
    """Deletions and their receipts."""

    list_display = (
        "created_at",
        "agreement",
        "kind",
        "state",
        "rows_before",
        "rows_after",
        "purged_at",
        "acknowledged_at",
    )
    list_filter = ("state", "kind", "agreement__peer")
    list_select_related = ("agreement__peer",)
    search_fields = ("agreement__uid", "agreement__dataset_identifier")
    date_hierarchy = "created_at"


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    """Comparisons with the owner."""

    list_display = (
        "started_at",
        "subscription",
        "verdict",
        "streams",
        "days",
        "rows_owner",
        "rows_replica",
        "finished_at",
    )
    list_filter = ("verdict", "subscription__peer")
    list_select_related = ("subscription__agreement__peer",)
    date_hierarchy = "started_at"


@admin.register(Refetch)
class RefetchAdmin(ReadOnlyAdmin):
    """Parts that are fetched once more."""

    list_display = ("created_at", "subscription", "reason", "start", "end", "done_at")
    list_filter = ("reason",)
    list_select_related = ("subscription__agreement__peer",)


@admin.register(ReplicaStream)
class ReplicaStreamAdmin(ReadOnlyAdmin):
    """Which datastream holds which stream of the owner."""

    list_display = ("subscription", "stream", "statistic", "datastream")
    list_filter = ("subscription__peer", "statistic")
    list_select_related = ("subscription__agreement__peer", "datastream")
    search_fields = ("datastream__name",)


@admin.register(ThinnedDay)
class ThinnedDayAdmin(ReadOnlyAdmin):
    """Days from which rows went because their retention was over."""

    list_display = ("subscription", "stream", "day")
    list_select_related = ("subscription__agreement__peer",)
    date_hierarchy = "day"
