"""The forms behind the upload of a table and its preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.sources import selectors
from apps.sources.types.tables import Layout, TableForm

DELIMITERS = [(";", _("semicolon")), (",", _("comma")), ("\t", _("tabulator")), ("|", _("vertical bar"))]


class ChooseTable(forms.Form):
    """A CSV file and the source it belongs to."""

    source = forms.ModelChoiceField(label=_("Source"), queryset=selectors.table_sources())
    table = forms.FileField(
        label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )


class ReadTable(forms.Form):
    """How the table is read; filled in by the guess, corrected by the person."""

    delimiter = forms.ChoiceField(label=_("Delimiter"), choices=DELIMITERS)
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=[(",", _("comma")), (".", _("point"))])
    time_column = forms.ChoiceField(label=_("Column of times"))
    zone = forms.CharField(label=_("Time zone of times that name none"), max_length=60)
    layout = forms.ChoiceField(label=_("Layout"), choices=Layout.choices)
    device = forms.CharField(label=_("Measuring point"), required=False, max_length=200)
    device_column = forms.ChoiceField(label=_("or the column that names it"), required=False)
    key_column = forms.ChoiceField(label=_("Column of quantities (one reading a line)"), required=False)
    value_column = forms.ChoiceField(label=_("Column of values (one reading a line)"), required=False)

    def __init__(self, *args: Any, titles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(title, title) for title in titles]
        for name in ("time_column", "device_column", "key_column", "value_column"):
            optional = [] if name == "time_column" else [("", "–")]
            self.fields[name].choices = [*optional, *choices]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, form: TableForm, titles: Sequence[str]) -> ReadTable:
        """The form that shows how a table is read."""
        return cls(initial={name: getattr(form, name) for name in cls.base_fields}, titles=titles)

    def table_form(self) -> TableForm:
        """What was entered; for a valid form only."""
        data = self.cleaned_data
        return TableForm(**{name: data[name] for name in data if name != "layout"}, layout=Layout(data["layout"]))
