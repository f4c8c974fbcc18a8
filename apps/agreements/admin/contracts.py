"""Offers and agreements."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.agreements import services
from apps.agreements.admin.acting import each, person, pretty
from apps.agreements.models import Agreement, Offer
from apps.agreements.states import AgreementState, Role
from apps.core import languages
from apps.core.admin import ReadOnlyAdmin
from apps.policies import sentences
from apps.policies import terms as policy_terms


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """What this node puts before peers."""

    list_display = ("dataset", "terms_version", "standing", "state", "published_at", "published_by", "closed_at")
    list_filter = ("state", "standing")
    search_fields = ("uid", "dataset__identifier", "dataset__title_de")
    date_hierarchy = "published_at"
    list_select_related = ("dataset", "terms_version", "published_by")
    actions = ("close_offers",)
    exclude = ("policy",)
    readonly_fields = ("policy_text",)

    @admin.display(description=_("policy"))
    def policy_text(self, row: Offer) -> SafeString:
        """The policy as peers read it."""
        return pretty(row.policy)

    @admin.action(description=_("Close these offers"), permissions=["view"])
    def close_offers(self, request: HttpRequest, rows: QuerySet[Offer]) -> None:
        """Take them away; agreements live on."""
        each(self, request, rows, lambda row: services.close_offer(offer=row, user=person(request)))


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    """What was signed."""

    list_display = ("dataset_identifier", "role", "peer", "purpose", "state", "signed_at", "expires_at", "ended_at")
    list_filter = ("role", "state", "peer")
    search_fields = ("uid", "dataset_identifier", "title", "peer__name", "digest")
    date_hierarchy = "signed_at"
    list_select_related = ("peer",)
    actions = ("terminate", "renew")
    exclude = ("policy", "terms")
    readonly_fields = ("clauses", "policy_text")

    @admin.display(description=_("terms in plain words"))
    def clauses(self, row: Agreement) -> SafeString:
        """The terms as sentences, each with how far it is enforced."""
        found: list[Any] = list(sentences.render(policy_terms.parse(row.terms), languages.current()))
        return format_html_join("", "<p>{} <em>({})</em></p>", ((one.text, one.strength) for one in found))

    @admin.display(description=_("policy"))
    def policy_text(self, row: Agreement) -> SafeString:
        """The policy as both sides hold it."""
        return pretty(row.policy)

    @admin.action(description=_("End these agreements now"), permissions=["view"])
    def terminate(self, request: HttpRequest, rows: QuerySet[Agreement]) -> None:
        """No data flow from here on; as provider this is a withdrawal."""
        each(self, request, rows, lambda row: self._end(request, row))

    @admin.action(description=_("Renew these agreements"), permissions=["view"])
    def renew(self, request: HttpRequest, rows: QuerySet[Agreement]) -> None:
        """Ask the provider for a successor."""
        each(self, request, rows, lambda row: services.renew(agreement=row, user=person(request)))

    def _end(self, request: HttpRequest, row: Agreement) -> None:
        services.may_end(agreement=row, user=person(request))
        kind = AgreementState.WITHDRAWN if row.role == Role.PROVIDER else AgreementState.TERMINATED
        services.end(agreement=row, kind=kind, by=settings.NODE.did, user=person(request))
