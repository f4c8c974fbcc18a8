"""The form behind every mapping: to a datastream that is there, to a new one, or nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.errors import OwlError
from apps.sensors.models import Datastream, ObservedProperty
from apps.sensors.types import ObservedPropertySpec
from apps.sources import services
from apps.sources.models import Mapping
from apps.sources.types import CONVERSIONS, ConversionName, NewStream

EXISTING, NEW, NOWHERE = "existing", "new", "nowhere"


class MappingForm(forms.ModelForm[Mapping]):
    """Where a value goes. The service does the work within ``clean``, so that what it refuses stands beside its
    field."""

    target = forms.ChoiceField(
        label=_("The value goes"),
        choices=[
            (EXISTING, _("to the datastream chosen below")),
            (NEW, _("to a new datastream, described below")),
            (NOWHERE, _("nowhere: it is not wanted")),
        ],
        initial=EXISTING,
    )
    new_name = forms.CharField(label=_("Name of the new datastream"), required=False, max_length=200)
    new_property = forms.ModelChoiceField(
        label=_("Its observed property"), required=False, queryset=ObservedProperty.objects.none()
    )
    new_property_name = forms.CharField(
        label=_("or a new observed property"), required=False, max_length=200, help_text=_("Its name.")
    )
    new_unit = forms.CharField(
        label=_("Unit in which it is kept"), required=False, max_length=40, help_text=_("Such as °C, %, hPa.")
    )
    new_interval = forms.IntegerField(label=_("Expected interval in seconds"), required=False, min_value=1)
    made: Mapping | None = None

    class Meta:
        model = Mapping
        fields = ("source", "device_key", "payload_key", "datastream", "unit", "conversion", "factor", "offset")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_property"].queryset = ObservedProperty.objects.own().order_by("name")  # type: ignore[attr-defined]
        self.fields["datastream"].queryset = Datastream.objects.own()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Map; whatever the service refuses is an error of the form. Raises ValidationError."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            self.made = self._carry_out(data, clock.now())
        except OwlError as error:
            text = f"{error.message} {error.remedy or ''}".strip()
            self.add_error(error.part if error.part in self.fields else None, text)
        return data

    def _post_clean(self) -> None:
        """The service has judged and saved by now; mapping a key again is a change of its mapping, not an error."""

    def _carry_out(self, data: dict[str, Any], at: datetime) -> Mapping:
        keys = {"source": data["source"], "device_key": data["device_key"], "payload_key": data["payload_key"]}
        if data["target"] == NOWHERE:
            return services.ignore_key(**keys, at=at)
        named = CONVERSIONS.get(data["conversion"])
        return services.map_key(
            **keys,
            datastream=None if data["target"] == NEW else getattr(data["datastream"], "pk", None),
            new=self._new(data) if data["target"] == NEW else None,
            unit=data["unit"] or (named.sent if named is not None else ""),
            conversion=data["conversion"] or ConversionName.NONE,
            factor=data["factor"],
            offset=data["offset"],
            at=at,
        )

    def _new(self, data: dict[str, Any]) -> NewStream:
        known: ObservedProperty | None = data["new_property"]
        if known is not None:
            observed = ObservedPropertySpec(
                external_key=known.external_key,
                name=known.name,
                definition=known.definition,
                description=known.description,
                properties=known.properties,
            )
        else:
            name = data["new_property_name"].strip()
            observed = ObservedPropertySpec(external_key=name.lower().replace(" ", "-"), name=name)
        return NewStream(
            name=data["new_name"] or data["payload_key"],
            observed_property=observed,
            unit_symbol=data["new_unit"],
            unit_name=data["new_unit"],
            expected_interval_s=data["new_interval"],
        )
