"""The form for terms: one clear field a clause, and what it says in the language of terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core import languages
from apps.policies import purposes
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


def _durations(without: str | Promise, *names: str) -> list[tuple[str, Any]]:
    """The choices of a clause; ``without`` says what it means to leave it out."""
    return [("", without), *((name, DURATIONS[name]) for name in names)]


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
        label=_("How much later"),
        choices=_durations(_("at once"), "PT15M", "PT1H", "PT6H", "P1D", "P7D"),
        required=False,
    )
    window = forms.ChoiceField(
        label=_("How far back"), choices=_durations(_("all there is"), "P7D", "P30D", "P90D", "P365D"), required=False
    )
    grid_m = forms.IntegerField(
        label=_("Places on a grid of so many metres"), min_value=10, max_value=100_000, required=False
    )
    suppress_below = forms.IntegerField(
        label=_("Suppress counts below"), min_value=2, max_value=1_000, required=False, help_text=_("Zero stays zero.")
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: any purpose."),
    )
    more_purposes = forms.CharField(
        label=_("Other purposes"),
        required=False,
        max_length=500,
        help_text=_("Separated by commas; small letters and hyphens, as other cities will read it: bridge-inspection."),
    )
    valid_for = forms.ChoiceField(
        label=_("An agreement ends after"),
        choices=_durations(_("when it is ended"), "P30D", "P90D", "P180D", "P365D"),
        required=False,
    )
    expires_at = forms.DateTimeField(
        label=_("Everything ends on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
    )
    retention = forms.ChoiceField(
        label=_("The other city deletes after"),
        choices=_durations(_("no duty to delete before the end"), "P7D", "P30D", "P90D", "P365D"),
        required=False,
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
        reader = languages.current()
        known = [(code, purposes.words(code, reader)) for code in purposes.WORDS]
        self.fields["purposes"].choices = known  # type: ignore[attr-defined]
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
                # The choices are good words; only what somebody typed can be none.
                part = "more_purposes" if error.part == "purposes" else error.part
                self.add_error(part if part in self.fields else None, f"{error.message} – {error.remedy}")
        return cleaned

    @property
    def terms(self) -> Terms:
        """The terms of a valid form."""
        found: Terms = self.cleaned_data["terms"]
        return found


def initial_from(terms: Terms) -> dict[str, Any]:
    """What the form shows for these terms."""
    mapping = terms.to_mapping()
    typed = [word for word in terms.purposes if word not in purposes.WORDS]
    return {
        **mapping,
        "purposes": [word for word in terms.purposes if word in purposes.WORDS],
        "more_purposes": ", ".join(typed),
        "expires_at": terms.expires_at,
    }


def template(name: str) -> Terms | None:
    """The terms of a template, None for a name that is none."""
    return NAMED[name]() if name in NAMED else None


def _mapping(cleaned: dict[str, Any]) -> dict[str, Any]:
    plain = {
        name: value for name, value in cleaned.items() if name != "override_reason" and value not in (None, "", [])
    }
    typed = [word.strip() for word in plain.pop("more_purposes", "").split(",")]
    named = dict.fromkeys([*plain.get("purposes", []), *(word for word in typed if word)])
    if named:
        plain["purposes"] = list(named)
    if "expires_at" in plain:
        plain["expires_at"] = plain["expires_at"].isoformat()
    return plain
