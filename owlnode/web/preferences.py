"""The reader's choice of language and colours: plain links, kept in a cookie that says nothing about the reader."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from owlnode.web.context import THEME_COOKIE, THEMES

A_YEAR: Final = 365 * 86_400
LANGUAGES: Final = ("de", "en")


@require_GET
def choose(request: HttpRequest) -> HttpResponseRedirect:
    """Keep ``language`` (de, en) and ``theme`` (light, dark, or system, which forgets) and go back to ``next``."""
    target = request.GET.get("next", "/")
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(target if here else "/")
    answer["Cache-Control"] = "no-store"
    if request.GET.get("language") in LANGUAGES:
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, request.GET["language"])
    theme = request.GET.get("theme", "")
    if theme in THEMES:
        _keep(answer, THEME_COOKIE, theme)
    elif theme == "system":
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


def _keep(answer: HttpResponseRedirect, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
