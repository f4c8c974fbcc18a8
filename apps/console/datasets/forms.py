"""Forms about a dataset itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts import selectors as accounts
from apps.catalogue.types import IDENTIFIER, Sensitivity

THEMES = (
    ("", "–"),
    ("ENVI", _("Environment")),
    ("TRAN", _("Transport")),
    ("REGI", _("Regions and cities")),
    ("HEAL", _("Health")),
    ("ENER", _("Energy")),
    ("GOVE", _("Government")),
)
LICENCES = (
    ("", "–"),
    ("https://www.govdata.de/dl-de/zero-2-0", _("Data licence Germany – Zero 2.0")),
    ("https://www.govdata.de/dl-de/by-2-0", _("Data licence Germany – Attribution 2.0")),
    ("https://creativecommons.org/licenses/by/4.0/", _("Creative Commons Attribution 4.0")),
    ("https://creativecommons.org/publicdomain/zero/1.0/", _("Creative Commons Zero")),
)
FREQUENCIES = (
    ("", "–"),
    ("CONT", _("continuously")),
    ("HOURLY", _("hourly")),
    ("DAILY", _("daily")),
    ("IRREG", _("irregularly")),
)


class Description(forms.Form):
    """What a dataset is called and about; may be changed later."""

    title_de = forms.CharField(label=_("Title (German)"), max_length=300)
    title_en = forms.CharField(label=_("Title (English)"), max_length=300, required=False)
    description_de = forms.CharField(
        label=_("Description (German)"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    description_en = forms.CharField(
        label=_("Description (English)"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False)
    licence = forms.ChoiceField(label=_("Licence"), choices=LICENCES, required=False)
    attribution = forms.CharField(label=_("To be named as the source"), max_length=300, required=False)
    contact_email = forms.EmailField(
        label=_("Contact"), required=False, help_text=_("A functional mailbox, never that of a person.")
    )
    accrual = forms.ChoiceField(label=_("How often it grows"), choices=FREQUENCIES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("theme", "licence", "accrual"):
            _keep(self.fields[name], self.initial.get(name, ""))


class Founding(Description):
    """A new dataset: also what can never be changed."""

    identifier = forms.RegexField(
        IDENTIFIER,
        label=_("Identifier"),
        max_length=100,
        help_text=_("Lower-case letters, digits and hyphens. It stays for ever: peers know the dataset by it."),
    )
    department = forms.ChoiceField(label=_("Department that answers for it"))
    sensitivity = forms.ChoiceField(
        label=_("What the data are about"),
        choices=Sensitivity.choices,
        help_text=_("Decides how fine its terms may be; data about people need a gatekeeper's signature, too."),
    )
    field_order = ("title_de", "title_en", "identifier", "department", "sensitivity")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.slug, str(row)) for row in accounts.departments()]
        self.fields["department"].choices = rows  # type: ignore[attr-defined]


class Offering(forms.Form):
    """To whom a released dataset is offered, and whether an owner still decides."""

    standing = forms.TypedChoiceField(
        label=_("When a city asks"),
        choices=(("no", _("an owner decides about each request")), ("yes", _("it is granted at once"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    audience = forms.MultipleChoiceField(
        label=_("Offered to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every trusted city."),
    )

    def __init__(self, *args: Any, peers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(str(peer.pk), peer.name) for peer in peers]  # type: ignore[attr-defined]


def _keep(field: forms.Field, value: str) -> None:
    """A value that is none of ours stays choosable, so that saving another field does not change it."""
    choices = list(field.choices)  # type: ignore[attr-defined]
    if value and value not in {choice for choice, _label in choices}:
        field.choices = [*choices, (value, value)]  # type: ignore[attr-defined]
