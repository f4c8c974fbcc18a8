"""The upload form of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.ingest.discovery import MAX_SITES_BYTES, SITES
from apps.ingest.formats import bicycle, lake, parking

MAX_FILE_BYTES = 200 * 1024 * 1024


class ManyFilesInput(forms.ClearableFileInput):
    """A file field in which several files can be chosen."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files; each is checked as a single one would be."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """All files, as a list. Raises ValidationError."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(file, initial) for file in chosen]


class UploadForm(forms.Form):
    """Files of one recording, and which one it is."""

    kind = forms.ChoiceField(
        label=_("Recording"),
        required=False,
        choices=[
            ("", _("Recognise by the header")),
            (bicycle.KIND, _("Bicycle counters")),
            (parking.KIND, _("Car parks")),
            (lake.KIND, _("Lake")),
        ],
    )
    recordings = ManyFiles(
        label=_("Files"),
        widget=ManyFilesInput(attrs={"accept": ".csv,.json", "multiple": True}),
        help_text=_(
            "CSV files of one or more stations, up to 100 at once. "
            "Add site_min.json to give bicycle counters their names."
        ),
    )

    def clean_recordings(self) -> list[UploadedFile[Any]]:
        """CSV files and site lists of a bearable size, at least one of them CSV."""
        files: list[UploadedFile[Any]] = self.cleaned_data["recordings"]
        for file in files:
            name = str(file.name)
            if name != SITES and not name.lower().endswith(".csv"):
                raise ValidationError(_("%(name)s is not a CSV file."), params={"name": name})
            if (file.size or 0) > (MAX_SITES_BYTES if name == SITES else MAX_FILE_BYTES):
                raise ValidationError(_("%(name)s is too large."), params={"name": name})
        if all(file.name == SITES for file in files):
            raise ValidationError(_("There is no CSV file among them."))
        return files
