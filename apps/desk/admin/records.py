"""Requests and all that hangs on them, without their content.

Whoever runs the machines needs to see that things move, not what citizens write: descriptions, addresses, messages,
notes and files are read in the console by the people of the desk, and only there.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model

from apps.core.admin import ReadOnlyAdmin
from apps.desk import models


@admin.register(models.Request)
class RequestAdmin(ReadOnlyAdmin):
    """Requests by number: status, deadline, who is in charge."""

    list_display = ("case_number", "status", "resolution", "law", "received_at", "due_on", "owner", "erase_on")
    list_filter = ("status", "resolution", "law", "department")
    search_fields = ("case_number",)
    date_hierarchy = "received_at"
    list_select_related = ("owner",)
    fields = (
        "case_number",
        "status",
        "resolution",
        "law",
        "received_at",
        "clock_from",
        "due_on",
        "extended",
        "decided_at",
        "closed_at",
        "erase_on",
        "department",
        "owner",
        "deputy",
    )


@admin.register(models.OutcomeRecord)
class OutcomeRecordAdmin(ReadOnlyAdmin):
    """Numbers for the statistics."""

    list_display = ("year", "law", "resolution", "days", "in_time", "extended", "forwarded", "fee_cents")
    list_filter = ("year", "law", "resolution")


@admin.register(models.RegisterEntry)
class RegisterEntryAdmin(ReadOnlyAdmin):
    """What the public register shows."""

    list_display = ("decided_on", "title", "law", "resolution")
    list_filter = ("law", "resolution")
    search_fields = ("title",)


def _show(model: type[Model], *columns: str, filters: tuple[str, ...] = ()) -> None:
    """A read-only screen with these columns and nothing else."""
    names: dict[str, Any] = {
        "list_display": columns,
        "fields": columns,
        "list_filter": filters,
        "__doc__": model.__doc__,
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), names))


_show(models.CaseCounter, "prefix", "year", "last")
_show(models.SecretLink, "request", "purpose", "created_at", "revoked_at", filters=("purpose",))
_show(models.Message, "request", "at", "author_kind", "kind", filters=("kind",))
_show(models.Note, "request", "at", "author")
_show(models.Attachment, "request", "uid", "media_type", "size", "scan", "shown", "redacted_at", filters=("scan",))
_show(models.DoomedFile, "uid", "since")
_show(models.HistoryEntry, "request", "at", "act", "by_kind", "from_status", "to_status", filters=("act",))
_show(models.DeadlineChange, "request", "at", "kind", "due_before", "due_after", filters=("kind",))
_show(models.Decision, "request", "law", "resolution", "state", "prepared_by", "signed_by", filters=("state",))
_show(models.Fee, "request", "cents", "state", "estimated_at", "answered_at", filters=("state",))
_show(models.Hearing, "request", "asked_at", "due_on", "agrees", "concluded_at")
_show(models.Delivery, "request", "kind", "expires_at", "ended_at", filters=("kind",))
_show(models.Forwarding, "request", "direction", "peer", "state", "peer_case", "proposed_at", filters=("state",))
_show(models.PeerLetter, "forwarding", "kind", "created_at", "delivered_at", "refused_at", "attempts", "last_error")
_show(models.FileFetch, "forwarding", "size", "done_at", "attempts", "last_error")
_show(
    models.Mail, "request", "kind", "created_at", "sent_at", "dropped_at", "attempts", "last_error", filters=("kind",)
)
