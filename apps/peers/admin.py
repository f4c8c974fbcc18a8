"""Operator screens of peers: mostly to look at; proposing, confirming and suspending go through the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import OwlError
from apps.peers import selectors, services
from apps.peers.models import (
    CheckpointWatch,
    NodeKey,
    Nonce,
    Peer,
    PeerKey,
    RotationNotice,
    TrustConfirmation,
)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class StatementForm(ActionForm):
    """Beside the list of actions: what the administrator states."""

    statement = forms.CharField(
        required=False, label=_("Fingerprint (to confirm) or reason"), widget=forms.TextInput(attrs={"size": 50})
    )


class ProposalForm(forms.ModelForm[Peer]):
    """The address of another city's node. Its document is fetched when the form is sent."""

    user: Any = None
    base_url = forms.CharField(
        label=_("Address"), max_length=255, help_text=_("The root of the node, such as https://owl.example.org")
    )

    class Meta:
        model = Peer
        fields = ("base_url", "name")

    def clean(self) -> dict[str, Any]:
        """Fetch and pin; whatever stands against it is shown beside the address."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.instance = services.propose_peer(
                    base_url=cleaned["base_url"], name=cleaned.get("name", ""), user=self.user
                )
            except OwlError as error:
                raise ValidationError([error.message, *([error.remedy] if error.remedy else [])]) from error
        return cleaned

    def _post_clean(self) -> None:
        """The instance comes from the service; nothing is left to construct or validate."""


@admin.register(Peer)
class PeerAdmin(ReadOnlyAdmin):
    """Other cities' nodes. Add one by its address, compare the words by telephone, confirm with a colleague."""

    list_display = ("name", "did", "state", "trust_source", "circuit", "last_ok_at", "last_heard_at", "clock_offset_s")
    list_filter = ("state", "trust_source")
    search_fields = ("name", "did", "base_url")
    action_form = StatementForm
    actions = ("confirm", "suspend", "resume", "remove", "distrust")
    readonly_fields: ClassVar[tuple[str, ...]] = ("words", "circuit")

    @admin.display(description=_("fingerprint in words"))
    def words(self, peer: Peer) -> str:
        """The nine words both cities compare by telephone."""
        return " ".join(services.fingerprint_of(peer).words) if peer.fingerprint else "–"

    @admin.display(description=_("circuit breaker"))
    def circuit(self, peer: Peer) -> str:
        """Whether the peer is called at present."""
        return str(selectors.breaker(peer).label)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators propose peers."""
        return accounts.has_role(request.user, Role.ADMINISTRATOR)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The proposal form for a new peer, the read-only one for a known."""
        if change:
            return super().get_form(request, obj, change, **kwargs)
        return type("UserProposalForm", (ProposalForm,), {"user": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Address and name only for a new peer."""
        return super().get_fields(request, obj) if obj else ("base_url", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is read-only on a proposal."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The service has saved it already."""

    @admin.action(description=_("Confirm the fingerprint typed beside"))
    def confirm(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """One of the two voices of the ceremony."""
        statement, user = request.POST.get("statement", ""), _person(request)
        self._each(request, queryset, lambda peer: services.confirm_peer(peer=peer, fingerprint=statement, user=user))

    @admin.action(description=_("Suspend"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """Stop all exchange for now."""
        reason, user = request.POST.get("statement", ""), _person(request)
        self._each(request, queryset, lambda peer: services.suspend(peer=peer, reason=reason, user=user))

    @admin.action(description=_("Resume"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """Take up exchange again."""
        user = _person(request)
        self._each(request, queryset, lambda peer: services.resume(peer=peer, user=user))

    @admin.action(description=_("Remove for good"))
    def remove(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """Part with the peer."""
        reason, user = request.POST.get("statement", ""), _person(request)
        self._each(request, queryset, lambda peer: services.remove(peer=peer, reason=reason, user=user))

    @admin.action(description=_("Declare its key compromised"))
    def distrust(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """Back to the beginning of the ceremony."""
        reason, user = request.POST.get("statement", ""), _person(request)
        self._each(request, queryset, lambda peer: services.distrust(peer=peer, reason=reason, user=user))

    def _each(self, request: HttpRequest, queryset: QuerySet[Peer], act: Callable[[Peer], Peer]) -> None:
        for peer in queryset:
            try:
                changed = act(peer)
            except OwlError as error:
                self.message_user(request, f"{peer}: {error.message} {error.remedy or ''}", messages.ERROR)
            else:
                self.message_user(request, f"{changed}: {changed.get_state_display()}", messages.SUCCESS)


@admin.register(PeerKey)
class PeerKeyAdmin(ReadOnlyAdmin):
    """Pinned keys, past ones included."""

    list_display = ("keyid", "peer", "ceremony", "version", "valid_from", "expires_at", "revoked_at")
    list_filter = ("peer",)
    search_fields = ("keyid", "fingerprint")
    date_hierarchy = "valid_from"


@admin.register(TrustConfirmation)
class TrustConfirmationAdmin(ReadOnlyAdmin):
    """Who confirmed whom."""

    list_display = ("confirmed_at", "peer", "ceremony", "user", "fingerprint")
    list_filter = ("peer",)
    search_fields = ("fingerprint", "user__username")
    date_hierarchy = "confirmed_at"


@admin.register(NodeKey)
class NodeKeyAdmin(ReadOnlyAdmin):
    """This node's own keys; only the public halves are here."""

    list_display = ("keyid", "state", "created_at", "current_since", "expires_at", "ended_at")
    list_filter = ("state",)
    search_fields = ("keyid",)
    date_hierarchy = "created_at"


@admin.register(RotationNotice)
class RotationNoticeAdmin(ReadOnlyAdmin):
    """Which peer knows of which new key."""

    list_display = ("node_key", "peer", "delivered_at", "next_attempt_at", "attempts", "last_error")
    list_filter = ("peer",)
    search_fields = ("peer__name", "last_error")


@admin.register(CheckpointWatch)
class CheckpointWatchAdmin(ReadOnlyAdmin):
    """How far the ledgers have watched each other."""

    list_display = ("peer", "sent_size", "seen_size", "last_ok_at", "forked_at", "attempts", "last_error")
    list_filter = (("forked_at", admin.EmptyFieldListFilter),)
    search_fields = ("peer__name", "peer__did")


@admin.register(Nonce)
class NonceAdmin(ReadOnlyAdmin):
    """Requests that will not be accepted a second time."""

    list_display = ("expires_at", "keyid", "nonce")
    search_fields = ("keyid", "nonce")
    date_hierarchy = "expires_at"
