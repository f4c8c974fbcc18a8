"""Refusals of the services as messages on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.core.errors import OwlError

if TYPE_CHECKING:
    Screen = admin.ModelAdmin[Any]
else:
    Screen = admin.ModelAdmin


def say(request: HttpRequest, error: OwlError) -> None:
    """Show what was refused and the way out."""
    messages.error(request, f"{error.message} {error.remedy or ''}".strip())


class SaysRefusals(Screen):
    """A form whose saving a service may refuse: nothing is stored, and the same page says why."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """As ever, but a refusal becomes a message instead of an error page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OwlError as error:
            say(request, error)
            return HttpResponseRedirect(request.get_full_path())
