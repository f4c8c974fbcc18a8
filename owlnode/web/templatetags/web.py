"""``{% load web %}``: form widgets as KERN draws them, icons, badges, and small words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from apps.core import languages
from apps.policies import sentences
from apps.sensors.types import shown_unit

register = template.Library()
register.filter("unit", shown_unit)
STRENGTH_BADGES: Final = {"enforced": "success", "cooperative": "info", "declared": "warning"}


@register.filter
def shape(field: BoundField) -> str:
    """Which markup a field needs: ``check``, ``group`` (several choices), ``select`` or ``input``."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "group"
    return "select" if isinstance(widget, forms.Select) and not widget.allow_multiple_selected else "input"


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The field's widget with KERN's classes; what its author gave it as ``class`` stays."""
    names = {"check": "kern-form-check__checkbox", "select": "kern-form-input__select"}
    name = names.get(shape(field), "kern-form-input__input")
    given = str(field.field.widget.attrs.get("class", ""))
    error = f" {name}--error" if field.errors else ""
    attrs: dict[str, Any] = {"class": f"{name}{error} {given}".strip()}
    if shape(field) == "input" and isinstance(field.field.widget, forms.Textarea):
        attrs["rows"] = field.field.widget.attrs.get("rows", "6")
        attrs["class"] += " owl-textarea"
    return field.as_widget(attrs=attrs)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of KERN's icons as decoration; the words beside it carry the meaning."""
    return format_html('<span class="kern-icon kern-icon--{} kern-icon--default" aria-hidden="true"></span>', name)


@register.simple_tag
def badge(words: str, kind: str = "info") -> SafeString:
    """Words in a box; ``kind`` is info, success, warning or danger and only colours what the words say."""
    return format_html(
        '<span class="kern-badge kern-badge--{0} kern-badge--small"><span class="kern-label">{1}</span></span>',
        kind,
        words,
    )


@register.filter
def strength_badge(strength: str) -> str:
    """The badge for how strong a clause of terms is."""
    return STRENGTH_BADGES.get(strength, "info")


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment in the node's time zone as ``<time>``; a dash for none."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    words = f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {formats.time_format(local, 'H:i')}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def age(value: datetime | None) -> str:
    """How long ago, in the largest unit ("2 hours"); '' for none or the future."""
    if value is None or value > timezone.now() + timedelta(minutes=1):
        return ""
    return timesince(value, depth=1).replace("\xa0", " ")


@register.filter
def every(interval: timedelta | int | None) -> str:
    """How often something comes as people say it, of a duration or of seconds ("every 15 minutes"); a dash for none."""
    if not interval:
        return "–"
    whole = interval if isinstance(interval, timedelta) else timedelta(seconds=interval)
    return sentences.every(whole)[languages.current() == "en"]


@register.filter
def figure(value: float | int | None, decimals: int = 2) -> str:
    """A number as the language writes it, without needless decimals; a dash for none."""
    if value is None:
        return "–"
    rounded = round(float(value), decimals) + 0.0  # no minus before zero
    text = formats.number_format(rounded, decimals, use_l10n=True, force_grouping=abs(rounded) >= 10_000)
    separator = formats.get_format("DECIMAL_SEPARATOR")
    return text.rstrip("0").rstrip(separator) if separator in text else text
