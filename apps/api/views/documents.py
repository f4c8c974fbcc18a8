"""The OpenAPI document, and a page that tells it to people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from apps.api import answers
from apps.api.downloads import WRITERS
from apps.api.parameters import Parameters

_kept: dict[str, dict[str, Any]] = {}


def document() -> dict[str, Any]:
    """The OpenAPI 3.0 document in the reader's language; made once for each language and process."""
    language = get_language() or "de"
    if language not in _kept:
        _kept[language] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return _kept[language]


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document as JSON, or as YAML with ``?format=yaml``."""
    try:
        wanted = Parameters(request.GET, ("format",)).text("format") or "json"
        if wanted not in {"json", "yaml"}:
            raise answers.unknown_format()
    except Exception as error:
        told = answers.handle(error, {})
        if told is None:
            raise
        return told
    renderer = OpenApiYamlRenderer() if wanted == "yaml" else OpenApiJsonRenderer()
    response = HttpResponse(renderer.render(document()), content_type=renderer.media_type)
    answers.open_to_browsers(response)
    answers.cached(response, known=False)
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters, in plain words; without a script."""
    context = {"groups": _groups(), "files": list(WRITERS), "calls": settings.NODE.api_calls_per_minute}
    return render(request, "api/documentation.html", context)


def _groups() -> list[dict[str, Any]]:
    """The operations by tag, in the order of the document."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            found.setdefault(operation["tags"][0], []).append(
                {
                    "path": path,
                    "id": operation["operationId"],
                    "summary": operation.get("summary", ""),
                    "parameters": operation.get("parameters", []),
                    "example": f"{settings.NODE.base_url}{path}",
                }
            )
    return [{"tag": tag, "operations": operations} for tag, operations in found.items()]
