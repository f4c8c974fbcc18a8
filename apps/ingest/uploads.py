"""Uploading recordings in the admin: the page is sent while the import runs, so that progress shows without scripts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from apps.ingest import discovery, recordings
from apps.ingest.forms import UploadForm

PERMISSION = "sensors.add_batch"
log = logging.getLogger(__name__)
CUT = "<!-- progress -->"
PADDING = " " * 1024  # browsers begin to show a page only after its first kilobyte


def upload(request: HttpRequest) -> HttpResponseBase:
    """The form, or the import of what was sent. For staff who may add batches; to be wrapped by ``admin_view``.

    Raises PermissionDenied.
    """
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        pages = _import(request, form.cleaned_data["kind"] or None, form.cleaned_data["recordings"])
        return StreamingHttpResponse(pages, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
    context = _context(request, _("Import recordings")) | {"form": form}
    return render(request, "ingest/upload.html", context, status=400 if form.is_bound else 200)


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "quarantine_url": _quarantine_url()}


def _quarantine_url() -> str:
    return reverse("admin:sensors_quarantined_changelist")


def _import(request: HttpRequest, kind: str | None, files: Sequence[UploadedFile[Any]]) -> Iterator[str]:
    """The result page piece by piece. The language is set anew for each piece: the middleware is long gone by then."""
    language = get_language() or "de"
    head, tail = render_to_string("ingest/progress.html", _context(request, _("Import")), request).split(CUT)
    yield head + PADDING
    sites = next((discovery.read_sites(file.read()) for file in files if file.name == discovery.SITES), ())
    tables = [file for file in files if file.name != discovery.SITES]
    total = recordings.ImportReport()
    registry = recordings.registry_of(city=None, city_name=None)
    broken = False
    try:
        for done, file in enumerate(tables):
            yield _line(language, done, len(tables), file, total.accepted)
            name = str(file.name)
            with override(language):
                total.add(recordings.import_stream(
                    source=cast(BinaryIO, file), name=name, registry=registry, sites=sites, kind=kind
                ))  # fmt: skip
    except (OSError, DatabaseError):  # the answer has begun: say it on the page, there is no status left to say it
        log.exception("upload broke off")
        broken = True
    with override(language):
        context = {"report": total, "quarantine_url": _quarantine_url(), "broken": broken}
        yield render_to_string("ingest/report.html", context, request) + tail


def _line(language: str, done: int, count: int, file: UploadedFile[Any], readings: int) -> str:
    with override(language):
        text = _("%(name)s – %(readings)d readings so far") % {"name": file.name, "readings": readings}
        return format_html(
            '<p class="ingest-step"><progress value="{}" max="{}">{}/{}</progress> {}</p>\n{}',
            done, count, done, count, text, PADDING,
        )  # fmt: skip
