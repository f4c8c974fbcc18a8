"""The four steps of the form, and the small forms of the status page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.desk.types import RequesterKind
from apps.portal.requests import spam
from apps.portal.requests.drafts import Draft


class WhatForm(forms.Form):
    """Step 1: what do you need?"""

    subject = forms.CharField(
        label=_("What is it about?"), max_length=200, help_text=_("A few words, for example: air at the market square")
    )
    description = forms.CharField(
        label=_("What would you like to know or get?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text=_("In your own words. You need not give any reasons."),
    )


class WhereForm(forms.Form):
    """Step 2: for which place and time?"""

    place = forms.CharField(
        label=_("Which place?"),
        max_length=300,
        required=False,
        help_text=_("A street, a district, a sensor – or leave it empty for the whole city."),
    )
    period = forms.CharField(
        label=_("Which time?"),
        max_length=300,
        required=False,
        help_text=_("For example: summer 2025, or: since January, every hour"),
    )


class WhoForm(forms.Form):
    """Step 3: how can the city reach you?"""

    requester_kind = forms.ChoiceField(
        label=_("Who is asking?"), choices=RequesterKind.choices, widget=forms.RadioSelect, initial=RequesterKind.PERSON
    )
    requester_name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As you wish to be addressed."),
    )
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        help_text=_("We only write that there is news. Without an address you look at the status page yourself."),
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3", "autocomplete": "street-address"}),
        help_text=_("Only if you want a letter."),
    )


class SendForm(forms.Form):
    """Step 4: check and send. Either the browser's proof of work or the small sum tells people from machines."""

    register_consent = forms.BooleanField(
        label=_("My question and the answer may be shown in the public register, without my name."),
        required=False,
        help_text=_("Others then need not ask the same again. You can also say no."),
    )
    sum = forms.CharField(label=_("A small sum"), max_length=10, required=False)
    website = forms.CharField(required=False, label=_("Please leave this field empty"))
    altcha = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        first, second = draft.sum
        numbers = {"first": first, "second": second}
        self.fields["sum"].label = gettext("How much is %(first)d plus %(second)d?") % numbers
        self.fields["sum"].help_text = gettext("This keeps automatic messages out.")
        self.fields["sum"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_website(self) -> str:
        """A field that people do not see."""
        if self.cleaned_data["website"]:
            words = gettext("A field that must stay empty was filled in. Please empty it and send again.")
            raise ValidationError(words)
        return ""

    def clean(self) -> dict[str, Any]:
        """The pause, and one of the two proofs."""
        data = super().clean() or {}
        if clock.now().timestamp() - self.draft.since < spam.PAUSE_SECONDS:
            raise ValidationError(gettext("That was very fast. Please look through it once more and send again."))
        right = data.get("sum", "").strip() == str(sum(self.draft.sum))
        if not right and not spam.solved(data.get("altcha", "")):
            self.add_error("sum", gettext("Please write the right number here."))
        return data


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ReplyForm(forms.Form):
    """A message to the desk."""

    body = forms.CharField(
        label=_("Your message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": "6"}), required=False
    )
    files = forms.FileField(  # type: ignore[assignment]  # the class has what was uploaded under this name
        label=_("Files"),
        required=False,
        widget=ManyFilesInput,
        help_text=_("PDF, PNG, JPEG, CSV, TXT, JSON, GeoJSON, Parquet or XLSX. We remove hidden details from them."),
    )


class WithdrawForm(forms.Form):
    """Are you sure?"""

    sure = forms.BooleanField(label=_("Yes, I withdraw my request."))


STEPS: tuple[type[forms.Form], ...] = (WhatForm, WhereForm, WhoForm, SendForm)
