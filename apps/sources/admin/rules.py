"""Rules of plausibility, set here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sources import services
from apps.sources.models import PlausibilityRule

LIMITS = ("minimum", "maximum", "max_jump", "jump_seconds", "stuck_readings", "stuck_seconds", "enabled")


class RuleForm(forms.ModelForm[PlausibilityRule]):
    """Says beforehand what the service would refuse."""

    def clean(self) -> dict[str, Any]:
        """A rule that something and not everything breaks. Raises ValidationError."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            services.check_rule(**{name: data.get(name) for name in LIMITS if name != "enabled"})
        except Invalid as error:
            raise forms.ValidationError(error.message) from None
        if all(
            data.get(name) is None for name in ("minimum", "maximum", "max_jump", "stuck_readings", "stuck_seconds")
        ):
            raise forms.ValidationError(_("This rule judges nothing."))
        return data


@admin.register(PlausibilityRule)
class PlausibilityRuleAdmin(admin.ModelAdmin[PlausibilityRule]):
    """What is plausible, per observed property."""

    form = RuleForm
    list_display = ("observed_property", *LIMITS)
    list_filter = ("enabled",)
    list_select_related = ("observed_property",)
    search_fields = ("observed_property__name",)
    autocomplete_fields = ("observed_property",)
    fields = ("observed_property", *LIMITS)

    def save_model(self, request: HttpRequest, obj: PlausibilityRule, form: Any, change: bool) -> None:
        """Set the rule; it holds at once."""
        given = {name: form.cleaned_data[name] for name in LIMITS}
        if change and "observed_property" in form.changed_data:
            services.remove_rule(rule=PlausibilityRule.objects.get(pk=obj.pk))
        obj.pk = services.set_rule(observed_property=obj.observed_property, **given).pk

    def delete_model(self, request: HttpRequest, obj: PlausibilityRule) -> None:
        """Judge this property no more."""
        services.remove_rule(rule=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PlausibilityRule]) -> None:
        """Judge these properties no more."""
        for rule in queryset:
            services.remove_rule(rule=rule)
