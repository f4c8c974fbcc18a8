"""Actions on read-only screens: one service call per row, refusals shown in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotPermitted, OwlError


def each(admin: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any], work: Callable[[Any], object]) -> None:
    """Do the work for every row and say how it went."""
    done = 0
    for row in rows:
        try:
            work(row)
        except OwlError as error:
            text = " ".join(part for part in (f"{row}: {error.message}", error.remedy) if part)
            admin.message_user(request, text, messages.ERROR)
        else:
            done += 1
    if done:
        admin.message_user(request, _("Done: %d") % done, messages.SUCCESS)


def person(request: HttpRequest) -> User:
    """Whoever is logged in. Raises NotPermitted for nobody."""
    if not isinstance(request.user, User):
        raise NotPermitted(_("Log in first."))
    return request.user


def pretty(value: object) -> SafeString:
    """JSON as a person reads it."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))
