"""Forms as KERN draws them: ``{{ form }}`` and ``{{ field.as_field_group }}`` are accessible without further ado."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class KernRenderer(DjangoTemplates):
    """``FORM_RENDERER``: an error summary that leads to the fields, then each field with label, hint, error."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
