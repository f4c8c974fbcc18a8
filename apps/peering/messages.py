"""Reading the JSON of a peer's message."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.wire import canonical


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object, read strictly (I-JSON). Raises BadJson, Invalid."""
    value = canonical.loads(request.body)
    if not isinstance(value, dict):
        raise Invalid(_("The body must be a JSON object."), part="body")
    return value
