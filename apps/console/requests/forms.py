"""The forms of one request, one per act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.catalogue import selectors as catalogue
from apps.desk import selectors
from apps.desk.selectors import CaseFile
from apps.desk.states import Resolution
from apps.desk.types import DeliveryKind, Law

if TYPE_CHECKING:
    from apps.accounts.models import User

LONG = {"rows": "7"}


class ActForm(forms.Form):
    """Knows the request it is about, and who acts."""

    def __init__(self, *args: Any, file: CaseFile, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file, self.by = file, by
        self.fill()

    def fill(self) -> None:
        """Choices that depend on the request."""


class PlainForm(ActForm):
    """A button."""


class TextForm(ActForm):
    """One text."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs=LONG), max_length=15_000)


class LawForm(ActForm):
    """Which law decides."""

    law = forms.ChoiceField(label=_("Law"), choices=Law.choices, widget=forms.RadioSelect)

    def fill(self) -> None:
        """Start from what was picked."""
        self.fields["law"].initial = self.file.case.law


class AssignForm(ActForm):
    """Who works on it."""

    department = forms.ChoiceField(label=_("Department"), required=False)
    owner = forms.ChoiceField(label=_("In charge"), required=False)
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)

    def fill(self) -> None:
        """Departments, and the people of the desk."""
        case = self.file.case
        people = [("", _("nobody yet")), *((str(one.pk), str(one)) for one in selectors.colleagues(case.department))]
        departments = [("", _("the whole city")), *((one.slug, str(one)) for one in selectors.departments())]
        for name, choices in (("department", departments), ("owner", people), ("deputy", people)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says
            field.choices = choices
        self.initial = {
            **self.initial,
            "department": case.department.slug if case.department else "",
            "owner": str(case.owner_id or ""),
            "deputy": str(case.deputy_id or ""),
        }


class HearForm(ActForm):
    """A third party is asked."""

    party = forms.CharField(label=_("Who is heard (stays inside)"), max_length=300)
    text = forms.CharField(label=_("Question"), widget=forms.Textarea(attrs=LONG), max_length=5_000)
    due_on = forms.DateField(label=_("Answer expected by"), widget=forms.DateInput(attrs={"type": "date"}))


class HeardForm(ActForm):
    """What it said."""

    agrees = forms.ChoiceField(
        label=_("Does the third party agree?"),
        choices=[("yes", _("yes")), ("no", _("no")), ("", _("no answer"))],
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs=LONG), max_length=5_000, required=False)


class FeeForm(ActForm):
    """What it would cost."""

    euros = forms.DecimalField(label=_("At most, in euros"), min_value=0, max_value=500, decimal_places=2)
    text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=LONG), max_length=2_000)


class DecideForm(ActForm):
    """Grant, grant in part, refuse, or say that it is not held."""

    resolution = forms.ChoiceField(
        label=_("Result"),
        choices=[choice for choice in Resolution.choices if choice[0] != Resolution.WITHDRAWN],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("Decision"), widget=forms.Textarea(attrs={"rows": "10"}), max_length=15_000)
    language = forms.ChoiceField(
        label=_("Language of this text"), choices=[("de", _("German")), ("en", _("English"))], required=False
    )
    grounds = forms.MultipleChoiceField(
        label=_("Grounds, for a refusal"), required=False, widget=forms.CheckboxSelectMultiple
    )
    euros = forms.DecimalField(
        label=_("Fee in euros, if one was agreed to"), min_value=0, max_value=500, decimal_places=2, required=False
    )

    def fill(self) -> None:
        """The grounds of the law; the text is in the requester's language, as the templates are."""
        case = self.file.case
        self.initial = {"language": case.language, **self.initial}
        self.fields["language"].help_text = _("The requester chose: %s.") % case.get_language_display()
        field = self.fields["grounds"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker what the class says
        field.choices = [(one.code, f"{one.title} ({one.section})") for one in self.file.grounds]


class FileForm(ActForm):
    """A file to keep."""

    file_upload = forms.FileField(label=_("File"))
    shown = forms.BooleanField(label=_("the requester may see it"), required=False)


class DeliverFileForm(ActForm):
    """A file for the requester, with an end."""

    title = forms.CharField(label=_("Title"), max_length=200)
    file_upload = forms.FileField(label=_("File"))
    days = forms.IntegerField(label=_("Days available"), min_value=1, max_value=180, initial=30)


class DeliverExportForm(ActForm):
    """A dataset of this city as a file, with an end."""

    dataset_key = forms.ChoiceField(label=_("Dataset"))
    first = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: from the beginning."),
    )
    last = forms.DateField(
        label=_("To, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: up to now."),
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("csv", _("CSV, for spreadsheets")), ("json", "JSON"), ("geojson", "GeoJSON"), ("parquet", "Parquet")],
    )
    days = forms.IntegerField(label=_("Days available"), min_value=1, max_value=180, initial=30)

    def fill(self) -> None:
        """The datasets that this person may see; the one that was asked about is chosen."""
        rows = [(row.identifier, row.title) for row in catalogue.visible_to(self.by).order_by("identifier")]
        field = self.fields["dataset_key"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says
        field.choices = rows or [("", _("none that you may see"))]
        self.initial = {**self.initial, "dataset_key": self.file.case.dataset_key}


class DeliverDatasetForm(ActForm):
    """A dataset that everybody may see."""

    dataset_key = forms.CharField(label=_("Identifier of the dataset"), max_length=100)
    kind = forms.ChoiceField(
        label=_("How"),
        choices=[
            (DeliveryKind.EXPORT, DeliveryKind.EXPORT.label),
            (DeliveryKind.PUBLICATION, DeliveryKind.PUBLICATION.label),
        ],
        widget=forms.RadioSelect,
        initial=DeliveryKind.EXPORT,
    )

    def fill(self) -> None:
        """The dataset that was asked about is one click away."""
        self.initial = {**self.initial, "dataset_key": self.file.case.dataset_key}


class ForwardForm(ActForm):
    """To which city; the one that seems to own what is asked for is chosen, and why is said."""

    peer = forms.ChoiceField(label=_("City"))
    text = forms.CharField(label=_("Reason, for the requester"), widget=forms.Textarea(attrs=LONG), max_length=2_000)

    def fill(self) -> None:
        """The cities that are trusted."""
        field = self.fields["peer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says
        field.choices = [(peer.did, peer.name) for peer in selectors.cities()]
        guesses = selectors.likely_owners(self.file.case)
        if guesses:
            self.initial = {"peer": guesses[0].did, **self.initial}
            field.help_text = " ".join(
                str(_("%(city)s holds “%(dataset)s”.") if one.dataset else _("%(city)s is named in the request."))
                % {"city": one.city, "dataset": one.dataset}
                for one in guesses
            )


class PublishForm(ActForm):
    """An entry of the register."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Summary"), widget=forms.Textarea(attrs=LONG), max_length=2_000)
