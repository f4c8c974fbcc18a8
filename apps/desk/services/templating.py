"""Text templates: what staff begin their letters with, kept by the desk and by administrators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import Invalid, NotPermitted
from apps.desk.models import TextTemplate
from apps.desk.selectors import PLACEHOLDERS
from apps.desk.types import Law, TemplateUse

KEEPERS = frozenset({Role.DESK, Role.ADMINISTRATOR})
NAMED = re.compile(r"{([^{}]*)}")
MOST_KEY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a template says and where it is offered; ``law`` empty: under either law."""

    use: str
    law: str = ""
    title_de: str
    title_en: str
    body_de: str
    body_en: str


@transaction.atomic
def add_template(*, by: User, wording: Wording) -> TextTemplate:
    """A new template; its key follows from the German title. Raises NotPermitted, Invalid."""
    _check(by, wording)
    made = TextTemplate(key=_free_key(wording.title_de))
    return _save(made, wording)


@transaction.atomic
def change_template(*, by: User, template: TextTemplate, wording: Wording) -> TextTemplate:
    """Another wording; letters that were written from it stay as they are. Raises NotPermitted, Invalid."""
    _check(by, wording)
    return _save(template, wording)


@transaction.atomic
def remove_template(*, by: User, template: TextTemplate) -> None:
    """Offer it no longer. Raises NotPermitted."""
    _permitted(by)
    TextTemplate.objects.filter(pk=template.pk).delete()


def _permitted(by: User) -> None:
    if not accounts.roles_of(by) & KEEPERS:
        raise NotPermitted(_("Only the request desk and administrators keep the text templates."), part="template")


def _check(by: User, wording: Wording) -> None:
    _permitted(by)
    if wording.use not in TemplateUse.values:
        raise Invalid(_("Please say where the text is offered."), part="use")
    if wording.law and wording.law not in Law.values:
        raise Invalid(_("There is no such law here."), part="law")
    for part in ("title_de", "title_en", "body_de", "body_en"):
        text = getattr(wording, part)
        if not text.strip():
            raise Invalid(_("Both languages are needed: requesters are answered in theirs."), part=part)
        unknown = [name for name in NAMED.findall(text) if name not in PLACEHOLDERS]
        if unknown:
            raise Invalid(
                _("There is no placeholder {%s}.") % unknown[0],
                part=part,
                remedy=_("There are: %s") % ", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            )


def _save(row: TextTemplate, wording: Wording) -> TextTemplate:
    for name in wording.__slots__:
        setattr(row, name, getattr(wording, name).strip())
    row.save()
    return row


def _free_key(title: str) -> str:
    base = slugify(title)[:MOST_KEY] or "text"
    taken = set(TextTemplate.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
