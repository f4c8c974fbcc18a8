"""Negotiations and transfers with their timelines, and the outbox."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.agreements import selectors, services
from apps.agreements.admin.acting import each, person, pretty
from apps.agreements.models import Message, Negotiation, Outbox, ProtocolBinding, Transfer
from apps.core.admin import ReadOnlyAdmin


class WaitingFilter(admin.SimpleListFilter):
    """Negotiations that wait for an owner."""

    title = _("waits for a decision")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that wait."""
        return queryset.filter(waiting_since__isnull=False) if self.value() == "yes" else queryset


class History(admin.TabularInline[Message, Any]):
    """The messages of one process."""

    model = Message
    fields = ("at", "direction", "kind", "state", "error")
    readonly_fields = fields
    extra = 0
    can_delete = False
    ordering = ("id",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is not written by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor changed."""
        return False


@admin.register(Negotiation)
class NegotiationAdmin(ReadOnlyAdmin):
    """How agreements come about: both sides' state, last error, timeline."""

    list_display = (
        "dataset_identifier",
        "role",
        "peer",
        "state",
        "peer_state",
        "purpose",
        "waiting_since",
        "decision",
        "error",
        "updated_at",
    )
    list_filter = (WaitingFilter, "role", "state", "decision", "peer")
    search_fields = ("provider_pid", "consumer_pid", "dataset_identifier", "title", "peer__name")
    date_hierarchy = "created_at"
    list_select_related = ("peer",)
    actions = ("grant", "refuse", "terminate", "retry")
    exclude = ("offer", "agreement")
    readonly_fields = ("timeline", "offer_text", "agreement_text")

    @admin.display(description=_("timeline"))
    def timeline(self, row: Negotiation) -> SafeString:
        """Messages of the negotiation and of its transfers, and what still waits to be sent."""
        steps = (
            (step.at.isoformat(timespec="seconds"), step.direction, step.kind, step.state, step.error)
            for step in selectors.timeline(row)
        )
        return format_html_join("", "<p>{} · {} · {} → {} <strong>{}</strong></p>", steps)

    @admin.display(description=_("last offer"))
    def offer_text(self, row: Negotiation) -> SafeString:
        """Verbatim."""
        return pretty(row.offer)

    @admin.display(description=_("agreement"))
    def agreement_text(self, row: Negotiation) -> SafeString:
        """Verbatim."""
        return pretty(row.agreement)

    @admin.action(description=_("Grant"), permissions=["view"])
    def grant(self, request: HttpRequest, rows: QuerySet[Negotiation]) -> None:
        """The owner says yes."""
        each(self, request, rows, lambda row: services.decide(negotiation=row, user=person(request), grant=True))

    @admin.action(description=_("Refuse"), permissions=["view"])
    def refuse(self, request: HttpRequest, rows: QuerySet[Negotiation]) -> None:
        """The owner says no."""
        each(self, request, rows, lambda row: services.decide(negotiation=row, user=person(request), grant=False))

    @admin.action(description=_("End the negotiation"), permissions=["view"])
    def terminate(self, request: HttpRequest, rows: QuerySet[Negotiation]) -> None:
        """From either side."""
        each(self, request, rows, lambda row: services.terminate_negotiation(negotiation=row, user=person(request)))

    @admin.action(description=_("Send waiting messages again now"), permissions=["view"])
    def retry(self, request: HttpRequest, rows: QuerySet[Negotiation]) -> None:
        """The retry button of the timeline."""
        hanging = Outbox.objects.hanging().filter(negotiation__in=rows) | Outbox.objects.hanging().filter(
            transfer__agreement__negotiation__in=rows
        )
        each(self, request, hanging, lambda row: services.retry(message=row))


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Transfers under agreements."""

    list_display = ("agreement", "role", "peer", "state", "peer_state", "halted", "format", "error", "updated_at")
    list_filter = ("role", "state", "halted", "peer")
    search_fields = ("provider_pid", "consumer_pid", "agreement__uid", "agreement__dataset_identifier")
    date_hierarchy = "created_at"
    list_select_related = ("peer", "agreement__peer")
    inlines = (History,)
    actions = ("suspend", "resume", "terminate")

    @admin.action(description=_("Suspend"), permissions=["view"])
    def suspend(self, request: HttpRequest, rows: QuerySet[Transfer]) -> None:
        """No data for now."""
        each(self, request, rows, lambda row: self._checked(request, row, services.suspend_transfer))

    @admin.action(description=_("Resume"), permissions=["view"])
    def resume(self, request: HttpRequest, rows: QuerySet[Transfer]) -> None:
        """Data again."""
        each(self, request, rows, lambda row: self._checked(request, row, services.resume_transfer))

    @admin.action(description=_("End the transfer"), permissions=["view"])
    def terminate(self, request: HttpRequest, rows: QuerySet[Transfer]) -> None:
        """For good; the agreement lives on."""
        each(self, request, rows, lambda row: self._checked(request, row, services.terminate_transfer))

    def _checked(self, request: HttpRequest, row: Transfer, work: Any) -> None:
        services.may_end(agreement=row.agreement, user=person(request))
        work(transfer=row)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every message ever exchanged."""

    list_display = ("at", "peer", "direction", "kind", "state", "error")
    list_filter = ("direction", "kind", "peer")
    search_fields = ("negotiation__consumer_pid", "negotiation__provider_pid", "transfer__consumer_pid", "error")
    date_hierarchy = "at"
    list_select_related = ("peer",)
    exclude = ("body",)
    readonly_fields = ("content",)

    @admin.display(description=_("content"))
    def content(self, row: Message) -> SafeString:
        """The message."""
        return pretty(row.body)


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """What must reach a peer yet, and what became of it."""

    list_display = (
        "created_at",
        "peer",
        "act",
        "outcome",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "done_at",
        "last_error",
    )
    list_filter = ("outcome", "act", "peer")
    search_fields = ("last_error", "negotiation__consumer_pid", "transfer__consumer_pid")
    date_hierarchy = "created_at"
    list_select_related = ("peer",)
    actions = ("retry",)

    @admin.action(description=_("Send again now"), permissions=["view"])
    def retry(self, request: HttpRequest, rows: QuerySet[Outbox]) -> None:
        """Also what the peer had refused."""
        each(self, request, rows, lambda row: services.retry(message=row))


@admin.register(ProtocolBinding)
class ProtocolBindingAdmin(ReadOnlyAdmin):
    """Where peers speak the protocol."""

    list_display = ("peer", "root", "checked_at")
    search_fields = ("peer__name", "root")
    date_hierarchy = "checked_at"
    list_select_related = ("peer",)
