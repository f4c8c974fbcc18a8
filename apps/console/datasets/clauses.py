"""The form for terms: one clear field a clause, and what it says in the language of terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.templates import NAMED
from apps.policies.terms import Terms

TEMPLATES = {
    "environment": _("Environment: public, every value at once"),
    "flood": _("Flood protection, 15 minutes, delete after 90 days"),
    "traffic": _("Car parks and traffic: 15 minutes, delete after 90 days"),
    "people": _("People and bicycles: hourly, one hour late, small counts suppressed"),
    "sensitive": _("Sensitive: stays inside, daily, groups of ten"),
}
NO = ("", _("none"))
DURATIONS = {
    "PT15M": _("15 minutes"),
    "PT1H": _("1 hour"),
    "PT6H": _("6 hours"),
    "P1D": _("1 day"),
    "P7D": _("7 days"),
    "P30D": _("30 days"),
    "P90D": _("90 days"),
    "P180D": _("180 days"),
    "P365D": _("365 days"),
}
STATISTICS = (
    ("mean", _("mean")),
    ("min", _("minimum")),
    ("max", _("maximum")),
    ("count", _("number of values")),
    ("sum", _("sum")),
)


def _durations(*names: str) -> list[tuple[str, Any]]:
    return [NO, *((name, DURATIONS[name]) for name in names)]


class Clauses(forms.Form):
    """Terms as a steward thinks of them: who, how fine, how late, what for, how long."""

    visibility = forms.ChoiceField(
        label=_("Who may have it"),
        choices=(
            ("internal", _("this city only")),
            ("peers", _("peer cities under an agreement")),
            ("public", _("everybody")),
        ),
    )
    resolution = forms.ChoiceField(
        label=_("How fine"),
        choices=(
            ("raw", _("every single value")),
            ("PT15M", _("quarter hours")),
            ("PT1H", _("hours")),
            ("P1D", _("days")),
        ),
    )
    statistics = forms.MultipleChoiceField(
        label=_("Of each quarter hour, hour or day"),
        choices=STATISTICS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where values are summarised."),
    )
    delay = forms.ChoiceField(
        label=_("How much later"), choices=_durations("PT15M", "PT1H", "PT6H", "P1D", "P7D"), required=False
    )
    window = forms.ChoiceField(
        label=_("How far back"), choices=_durations("P7D", "P30D", "P90D", "P365D"), required=False
    )
    grid_m = forms.IntegerField(
        label=_("Places on a grid of so many metres"), min_value=10, max_value=100_000, required=False
    )
    suppress_below = forms.IntegerField(
        label=_("Suppress counts below"), min_value=2, max_value=1_000, required=False, help_text=_("Zero stays zero.")
    )
    purposes = forms.CharField(
        label=_("Purposes"),
        required=False,
        max_length=500,
        help_text=_("Separated by commas, such as flood-protection, traffic-planning. Empty: any purpose."),
    )
    valid_for = forms.ChoiceField(
        label=_("An agreement ends after"), choices=_durations("P30D", "P90D", "P180D", "P365D"), required=False
    )
    expires_at = forms.DateTimeField(
        label=_("Everything ends on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
    )
    retention = forms.ChoiceField(
        label=_("The other city deletes after"), choices=_durations("P7D", "P30D", "P90D", "P365D"), required=False
    )
    onward = forms.ChoiceField(
        label=_("Sharing onward"), choices=(("no", _("forbidden")), ("peers", _("to peer cities")))
    )
    override_reason = forms.CharField(
        label=_("Reason for finer terms than the class allows"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only for an exception; it is part of what is signed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("delay", "window", "valid_for", "retention"):
            value = self.initial.get(name)
            field = self.fields[name]
            if value and value not in dict(field.choices):  # type: ignore[attr-defined]
                field.choices = [*field.choices, (value, value)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Terms that contradict themselves are shown at the clause at fault; ``terms`` holds the others."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["terms"] = language.parse(_mapping(cleaned))
            except PolicyError as error:
                name = error.part if error.part in self.fields else None
                self.add_error(name, f"{error.message} – {error.remedy}")
        return cleaned

    @property
    def terms(self) -> Terms:
        """The terms of a valid form."""
        found: Terms = self.cleaned_data["terms"]
        return found


def initial_from(terms: Terms) -> dict[str, Any]:
    """What the form shows for these terms."""
    mapping = terms.to_mapping()
    return {**mapping, "purposes": ", ".join(terms.purposes), "expires_at": terms.expires_at}


def template(name: str) -> Terms | None:
    """The terms of a template, None for a name that is none."""
    return NAMED[name]() if name in NAMED else None


def _mapping(cleaned: dict[str, Any]) -> dict[str, Any]:
    plain = {
        name: value for name, value in cleaned.items() if name != "override_reason" and value not in (None, "", [])
    }
    if "purposes" in plain:
        plain["purposes"] = [word.strip() for word in plain["purposes"].split(",") if word.strip()]
    if "expires_at" in plain:
        plain["expires_at"] = plain["expires_at"].isoformat()
    return plain
