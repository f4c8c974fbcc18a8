"""Versions of terms: drafted here, signed here by those who hold the role, and otherwise looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalogue import selectors, services
from apps.catalogue.admin.refusals import SaysRefusals, say
from apps.catalogue.models import ReleaseSignature, TermsVersion
from apps.core import languages
from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import OwlError
from apps.policies import templates

DRAFTED = ("dataset", "terms", "override_reason")


class DraftForm(forms.ModelForm[TermsVersion]):
    """A new version of terms."""

    terms = forms.JSONField(
        required=False,
        label=_("terms"),
        help_text=_("As in docs/terms.md; empty for the terms that the dataset’s class begins with."),
    )


class SignatureInline(admin.TabularInline[ReleaseSignature, TermsVersion]):
    """Who signed a version."""

    model = ReleaseSignature
    fields = ("role", "user", "signed_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Signatures are given by the actions of the list."""
        return False


@admin.register(TermsVersion)
class TermsVersionAdmin(SaysRefusals, ReadOnlyAdmin):
    """Versions of terms with their meaning in plain words; drafted, never edited, signed by actions."""

    form = DraftForm
    list_display = ("dataset", "number", "state", "still_to_sign", "released_at", "ended_at")
    list_filter = ("state", "dataset__sensitivity", "dataset__department")
    list_select_related = ("dataset",)
    search_fields = ("dataset__identifier", "digest")
    date_hierarchy = "released_at"
    readonly_fields = ("in_words", "still_to_sign", "warnings")
    inlines = (SignatureInline,)
    actions = ("prepare", "gate", "release", "withdraw")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Drafts are made here by those whom the node's operator lets and the service finds to be stewards."""
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: TermsVersion | None = None) -> Any:
        """A draft needs its dataset, its terms and, for an exception, the reason."""
        return DRAFTED if obj is None else super().get_fields(request, obj)

    def save_model(
        self, request: HttpRequest, obj: TermsVersion, form: forms.ModelForm[TermsVersion], change: bool
    ) -> None:
        """Draft by the service; it refuses what it does not understand."""
        given = form.cleaned_data["terms"] or templates.CLASSES[obj.dataset.sensitivity]()
        made = services.draft_terms(
            dataset=obj.dataset,
            terms=given,
            override_reason=obj.override_reason,
            user=request.user,  # type: ignore[arg-type]  # logged in
        )
        obj.pk, obj.number = made.pk, made.number

    @admin.display(description=_("in plain words"))
    def in_words(self, version: TermsVersion) -> SafeString:
        """Every clause as a sentence with its strength."""
        language = languages.current()
        rows = ((item.text, item.mark(language)) for item in selectors.sentences_of(version, language))
        return format_html_join("", "<p>{} <em>[{}]</em></p>", rows)

    @admin.display(description=_("still to sign"))
    def still_to_sign(self, version: TermsVersion) -> str:
        """The roles whose signature is missing; empty for what has ended."""
        return "" if version.ended_at else ", ".join(str(role.label) for role in selectors.missing_signatures(version))

    @admin.display(description=_("warnings"))
    def warnings(self, version: TermsVersion) -> SafeString:
        """Totals and parts that stand in different datasets about people."""
        text = _now("The parts %(parts)s of %(total)s stand in the dataset %(dataset)s: whoever has both can subtract.")
        found = selectors.differences_across(version.dataset)
        rows = ((text % {"parts": ", ".join(one.parts), "total": one.total, "dataset": one.dataset},) for one in found)
        return format_html_join("", "<p>{}</p>", rows)

    @admin.action(description=_("Prepare (as steward)"), permissions=["view"])
    def prepare(self, request: HttpRequest, queryset: QuerySet[TermsVersion]) -> None:
        """Sign the chosen drafts as their steward."""
        self._each(request, queryset, services.prepare)

    @admin.action(description=_("Sign (as gatekeeper)"), permissions=["view"])
    def gate(self, request: HttpRequest, queryset: QuerySet[TermsVersion]) -> None:
        """Sign the chosen versions as gatekeeper."""
        self._each(request, queryset, services.gate)

    @admin.action(description=_("Release (as owner)"), permissions=["view"])
    def release(self, request: HttpRequest, queryset: QuerySet[TermsVersion]) -> None:
        """Put the chosen versions into force."""
        self._each(request, queryset, services.release)

    @admin.action(description=_("Take back (as owner or gatekeeper)"), permissions=["view"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[TermsVersion]) -> None:
        """Take the chosen versions back."""
        self._each(request, queryset, services.withdraw_release)

    def _each(self, request: HttpRequest, queryset: QuerySet[TermsVersion], step: Callable[..., TermsVersion]) -> None:
        for version in queryset:
            try:
                done = step(version=version, user=request.user)
            except OwlError as error:
                say(request, error)
            else:
                messages.success(request, f"{done}: {done.get_state_display()}")


@admin.register(ReleaseSignature)
class ReleaseSignatureAdmin(ReadOnlyAdmin):
    """All signatures."""

    list_display = ("signed_at", "terms_version", "role", "user")
    list_filter = ("role",)
    list_select_related = ("terms_version__dataset", "user")
    search_fields = ("terms_version__dataset__identifier", "user__username")
    date_hierarchy = "signed_at"
