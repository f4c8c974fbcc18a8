"""What the value under a key means: mapped to a datastream with its unit, not wanted, or taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.console import answers
from apps.console.gate import FORM, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.console.sources import ACTING
from apps.console.words import sending
from apps.core import clock
from apps.core.errors import NotFound, OwlError
from apps.sensors import selectors as sensors
from apps.sensors.types import ObservedPropertySpec
from apps.sources import selectors, services
from apps.sources.types import WILDCARD, ConversionName, NewStream


class Target(forms.Form):
    """An own datastream, and how the value reaches its unit."""

    datastream = forms.ChoiceField(label=gettext_lazy("Datastream"))
    unit = forms.CharField(label=gettext_lazy("Unit as sent"), max_length=40, required=False)
    conversion = forms.ChoiceField(label=gettext_lazy("Conversion"), choices=ConversionName.choices)
    factor = forms.FloatField(
        label=gettext_lazy("Factor"),
        required=False,
        help_text=gettext_lazy("Only for “own factor and offset”; otherwise leave it empty."),
    )
    offset = forms.FloatField(label=gettext_lazy("Offset"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(row.pk), f"{row.thing.name} – {row.name} ({row.unit_symbol})") for row in sensors.matching()[:500]]
        self.fields["datastream"].choices = [*self.first_choices(), *rows]  # type: ignore[attr-defined]

    def first_choices(self) -> list[tuple[str, Any]]:
        """What stands above the datastreams."""
        return []

    def conversion_given(self) -> dict[str, Any]:
        """Unit and conversion as the services take them."""
        given = self.cleaned_data
        return {
            "unit": given["unit"],
            "conversion": given["conversion"],
            "factor": 1.0 if given["factor"] is None else given["factor"],
            "offset": given["offset"] or 0.0,
        }


class Meaning(Target):
    """What the value under a key is: an own datastream, or a new one."""

    name = forms.CharField(label=gettext_lazy("Name of the new datastream"), max_length=200, required=False)
    property = forms.CharField(label=gettext_lazy("What is measured"), max_length=200, required=False)
    unit_symbol = forms.CharField(label=gettext_lazy("Unit in which it is kept"), max_length=40, required=False)
    everywhere = forms.BooleanField(required=False)
    field_order = ("datastream", "name", "property", "unit_symbol", "unit", "conversion", "factor", "offset")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datastream"].required = False

    def first_choices(self) -> list[tuple[str, Any]]:
        """The new one."""
        return [("", gettext_lazy("a new one, described below"))]


@screen(*ACTING, methods=FORM)
def meaning(request: StaffRequest, slug: str) -> HttpResponse:
    """Say what the value under a key means, or change it; what waits for it is taken in afterwards."""
    source = selectors.source(slug)
    device, key = request.GET.get("device", ""), request.GET.get("key", "")
    known = _known(source, device, key)
    titles = sending.titles(source.takes_tokens)
    form = Meaning(request.POST or None, initial=known)
    form.fields["everywhere"].label = titles.everywhere
    if request.method == "POST" and form.is_valid():
        try:
            _map(source, device, key, form)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("Mapped. What waited for it is being taken in."))
            if "piece" in request.GET:
                return redirect("console:quarantine")
            return redirect("console:source", slug=slug)
    context = {
        "form": form,
        "source": source,
        "titles": titles,
        "device": known["device"],
        "key": key,
        "example": known["example"],
    }
    return page(request, "console/sources/meaning.html", context)


@screen(*ACTING, methods=WRITE)
def ignore(request: StaffRequest, slug: str) -> HttpResponse:
    """Say that the value under a key is not wanted."""
    services.ignore_key(
        source=selectors.source(slug),
        device_key=request.POST.get("device", ""),
        payload_key=request.POST.get("key", ""),
        at=clock.now(),
    )
    messages.success(request, _("Not wanted: such values are counted and not kept."))
    return redirect("console:source", slug=slug)


@screen(*ACTING, methods=WRITE)
def unmap(request: StaffRequest, slug: str) -> HttpResponse:
    """Take a mapping back; what was stored stays."""
    source = selectors.source(slug)
    device, key = request.POST.get("device", ""), request.POST.get("key", "")
    found = selectors.mappings(source).filter(device_key=device, payload_key=key).first()
    if found is None:
        raise NotFound(_("There is no such mapping."), part="mapping")
    services.unmap_key(mapping=found)
    messages.success(request, _("Taken back: such values wait in quarantine from now on. What was stored stays."))
    return redirect("console:source", slug=slug)


def _known(source: Any, device: str, key: str) -> dict[str, Any]:
    """What the form begins with: from the mapping that is there, the list of unmapped values, or a waiting piece."""
    mapping = selectors.mappings(source).filter(device_key=device, payload_key=key).first()
    if mapping is not None:
        linear = mapping.conversion == ConversionName.LINEAR
        return {
            "device": device,
            "example": "",
            "name": key,
            "datastream": str(mapping.datastream_id or ""),
            "unit": mapping.unit,
            "conversion": mapping.conversion,
            "factor": mapping.factor if linear else None,
            "offset": mapping.offset if linear else None,
        }
    candidate = selectors.candidates(source).filter(device_key=device, payload_key=key).first()
    if candidate is not None:
        named = candidate.device_name or candidate.device_key
        return {"device": named, "example": candidate.example, "unit": candidate.unit, "name": key}
    if device and key and sensors.quarantined(source=source.batch_source).exists():
        return {"device": device, "example": "", "unit": "", "name": key}
    raise NotFound(_("Nobody waits under this key."), part="key")


def _map(source: Any, device: str, key: str, form: Meaning) -> None:
    given, new = form.cleaned_data, None
    if not given["datastream"]:
        name = given["property"] or given["name"] or key
        new = NewStream(
            name=given["name"] or key,
            observed_property=ObservedPropertySpec(external_key=name.lower(), name=name),
            unit_symbol=given["unit_symbol"],
        )
    services.map_key(
        source=source,
        device_key=WILDCARD if given["everywhere"] else device,
        payload_key=key,
        datastream=int(given["datastream"]) if given["datastream"] else None,
        new=new,
        at=clock.now(),
        **form.conversion_given(),
    )
