"""Operator screens of the ledger: everything is looked at, one thing can be decided – that a fork is settled."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.ledger import services
from apps.ledger.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Fork,
    Head,
    Node,
    ObservedCheckpoint,
    PersonalCommitment,
)


class HeadAdmin(ReadOnlyAdmin):
    """Shared by all that state a size and a root."""

    readonly_fields = ("root_text",)

    @admin.display(description=_("root"))
    def root_text(self, row: Head) -> str:
        """The root as checkpoints write it."""
        return row.root_base64


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """What was disclosed, received and decided, newest first."""

    list_display = ("index", "at", "kind", "subject", "payload")
    list_filter = ("kind",)
    search_fields = ("=index", "subject")
    date_hierarchy = "at"
    fields = ("index", "at", "kind", "subject", "payload", "hash")
    readonly_fields = ("hash",)

    @admin.display(description=_("hash"))
    def hash(self, entry: Entry) -> str:
        """The leaf hash in hexadecimal."""
        return bytes(entry.leaf_hash).hex()


@admin.register(Node)
class NodeAdmin(ReadOnlyAdmin):
    """The stored subtrees of the Merkle tree."""

    list_display = ("position", "level", "hexadecimal")
    fields = ("position", "level", "hexadecimal")
    readonly_fields = ("level", "hexadecimal")
    search_fields = ("=position",)

    @admin.display(description=_("level"))
    def level(self, node: Node) -> int:
        """How many levels above the entries."""
        return node.position & 63

    @admin.display(description=_("hash"))
    def hexadecimal(self, node: Node) -> str:
        """The hash in hexadecimal."""
        return bytes(node.hash).hex()


class CosignatureInline(admin.TabularInline[Cosignature, Checkpoint]):
    """Who cosigned this checkpoint."""

    model = Cosignature
    fields = ("witness", "cosigned_at", "recorded_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Checkpoint | None = None) -> bool:
        """Cosignatures come from peers."""
        return False


@admin.register(Checkpoint)
class CheckpointAdmin(HeadAdmin):
    """This node's signed statements about its ledger."""

    list_display = ("signed_at", "origin", "size", "root_text", "witnesses")
    list_filter = ("origin",)
    search_fields = ("=size", "origin")
    date_hierarchy = "signed_at"
    fields = ("origin", "size", "root_text", "note", "signed_at")
    inlines = (CosignatureInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checkpoint]:
        """With the cosignatures at hand."""
        return Checkpoint.objects.prefetch_related("cosignatures")

    @admin.display(description=_("witnesses"))
    def witnesses(self, checkpoint: Checkpoint) -> str:
        """The names of those who cosigned it."""
        return ", ".join(sorted(row.witness for row in checkpoint.cosignatures.all()))


@admin.register(Cosignature)
class CosignatureAdmin(ReadOnlyAdmin):
    """The words of witnesses."""

    list_display = ("recorded_at", "witness", "checkpoint", "cosigned_at")
    list_filter = ("witness",)
    search_fields = ("witness",)
    date_hierarchy = "recorded_at"
    list_select_related = ("checkpoint",)


@admin.register(ObservedCheckpoint)
class ObservedCheckpointAdmin(HeadAdmin):
    """What peers stated about their ledgers, each checked against the one before."""

    list_display = ("observed_at", "origin", "size", "root_text", "retired_at")
    list_filter = ("origin", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("=size", "origin")
    date_hierarchy = "observed_at"
    fields = ("origin", "size", "root_text", "note", "observed_at", "retired_at")


@admin.register(Fork)
class ForkAdmin(ReadOnlyAdmin):
    """Evidence of peers that showed two histories."""

    list_display = ("found_at", "origin", "reason", "seen_size", "shown_size", "settled_at")
    list_filter = ("origin", "reason", ("settled_at", admin.EmptyFieldListFilter))
    search_fields = ("origin",)
    date_hierarchy = "found_at"
    fields = (
        "origin",
        "reason",
        "seen_size",
        "seen_note",
        "shown_size",
        "shown_note",
        "proof",
        "found_at",
        "settled_at",
    )
    actions = ("accept_history_anew",)

    @admin.action(description=_("Settled between people: accept these peers' histories anew"))
    def accept_history_anew(self, request: HttpRequest, queryset: QuerySet[Fork]) -> None:
        """Watch the chosen logs afresh; the evidence stays."""
        if not request.user.has_perm("ledger.change_fork"):
            messages.error(request, _("You may not settle forks."))
            return
        for origin in queryset.filter(settled_at__isnull=True).values_list("origin", flat=True).distinct():
            services.accept_history_anew(origin=origin)
            messages.success(request, _("%(origin)s is watched afresh.") % {"origin": origin})


@admin.register(PersonalCommitment)
class PersonalCommitmentAdmin(ReadOnlyAdmin):
    """Commitments to what is personal; the salt is never shown."""

    list_display = ("created_at", "digest", "erased_at")
    list_filter = (("erased_at", admin.EmptyFieldListFilter),)
    search_fields = ("digest",)
    date_hierarchy = "created_at"
    fields = ("id", "digest", "created_at", "erased_at")
