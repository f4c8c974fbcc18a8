"""Text templates with their placeholders filled in."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.errors import NotFound
from apps.desk.models import Request, TextTemplate
from apps.desk.types import rules_of

PLACEHOLDERS = ("number", "subject", "city", "name", "received", "due", "law")
"""What a text may name in braces, such as ``{number}``; ``template_text`` fills it in."""


def templates(*, use: str = "", law: str = "") -> QuerySet[TextTemplate]:
    """The templates offered at an act under a law; those without a law always."""
    rows = TextTemplate.objects.filter(Q(law="") | Q(law=law)) if law else TextTemplate.objects.all()
    return rows.filter(use=use) if use else rows


def template(key: str) -> TextTemplate:
    """The template of this key. Raises NotFound."""
    found = TextTemplate.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such text template."), part="template")
    return found


def template_text(template: TextTemplate, case: Request) -> str:
    """The text in the requester's language. Unknown placeholders stay as they are, for the clerk to see."""
    rules = rules_of(case.law)
    with override(case.language):
        values = {
            "number": case.case_number,
            "subject": case.subject,
            "city": settings.NODE.city_name,
            "name": case.requester_name,
            "received": date_format(case.received_at.date(), "DATE_FORMAT"),
            "due": "" if case.due_on is None else date_format(case.due_on, "DATE_FORMAT"),
            "law": "" if rules is None else rules.short,
        }
    text = template.body_en if case.language == "en" else template.body_de
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
