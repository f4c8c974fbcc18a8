"""Tables of readings in the admin: choose a file, see what would become of it, say where its columns go, import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.types import Role
from apps.core import clock
from apps.core.errors import NotFound, OwlError
from apps.ingest import intake
from apps.ingest.table_forms import ChooseTable, ReadTable
from apps.sources import selectors
from apps.sources import services as sources
from apps.sources.types.tables import Preview, TableKey

PERMISSION = "sensors.add_batch"
MAPPERS = {Role.STEWARD, Role.ADMINISTRATOR}
"""Who maps values in the console may also take a table in."""
NOT_WANTED = "-"


def choose(request: HttpRequest) -> HttpResponseBase:
    """The form for a file, or the way to its preview; ``?source=`` chooses. For stewards, administrators and operators
    who may add batches. Raises PermissionDenied."""
    _may(request)
    form = ChooseTable(request.POST or None, request.FILES or None, initial={"source": request.GET.get("source")})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["table"]
        try:
            kept = sources.upload_table(
                source=form.cleaned_data["source"], name=str(file.name), content=file.read(), at=clock.now()
            )
        except OwlError as error:
            form.add_error("table", _sentence(error))
        else:
            return redirect("ingest-table", kept.pk)
    context = _context(request, _("Import a table")) | {"form": form, "source_url": _new_source(request)}
    return render(request, "ingest/table_choose.html", context, status=400 if form.is_bound else 200)


def preview(request: HttpRequest, upload_id: int) -> HttpResponseBase:
    """The beginning of the table and where everything would go; posted, the import. Raises PermissionDenied."""
    _may(request)
    at = clock.now()
    try:
        kept = selectors.table_upload(upload_id)
        guessed = sources.preview_table(upload=kept, at=at)
    except OwlError as error:
        return _failed(request, error)
    posted = request.method == "POST"
    form = ReadTable(request.POST, titles=guessed.titles) if posted else ReadTable.of(guessed.form, guessed.titles)
    found, problem = guessed, ""
    if form.is_bound:
        try:
            found, problem = _read(kept, form, at)
            if "import" in request.POST and not problem:
                return _imported(request, kept, found, at)
        except OwlError as error:
            problem = _sentence(error)
    context = _context(request, kept.name) | {"form": form, "found": found, "problem": problem, "upload": kept}
    return render(request, "ingest/table_preview.html", context, status=400 if problem else 200)


def _read(kept: Any, form: ReadTable, at: datetime) -> tuple[Preview, str]:
    """The preview as the person wants the table read, or why it cannot be."""
    guessed = sources.preview_table(upload=kept, at=at)
    if not form.is_valid():
        return guessed, _("Please correct the fields below.")
    return sources.preview_table(upload=kept, form=form.table_form(), at=at), ""


def _imported(request: HttpRequest, kept: Any, found: Preview, at: datetime) -> HttpResponse:
    """Map what the person mapped, then take the table in."""
    for place, key in enumerate(found.keys):
        _map(kept, key, request.POST, place, at)
    account = sources.import_table(upload=kept, form=found.form, at=at)
    return render(request, "ingest/table_done.html", _context(request, kept.name) | {"account": account})


def _map(kept: Any, key: TableKey, data: QueryDict, place: int, at: datetime) -> None:
    """Where one quantity goes: a datastream by external key or number, ``-`` for nowhere, nothing for the
    quarantine."""
    target = data.get(f"to-{place}", "").strip()
    if not target or key.datastream_id is not None:
        return
    named = {"source": kept.source, "device_key": key.device, "payload_key": key.key, "at": at}
    if target == NOT_WANTED:
        sources.ignore_key(**named)
        return
    name: str | int = int(target) if target.isascii() and target.isdecimal() and len(target) < 10 else target
    known = intake.own_keys([name]).get(name)
    if known is None:
        raise NotFound(_("There is no own datastream “%(name)s”.") % {"name": target}, part=key.key)
    sources.map_key(**named, datastream=known[0], unit=data.get(f"unit-{place}", key.unit).strip())


def _new_source(request: HttpRequest) -> str:
    """Where this person sets up a source."""
    return reverse("admin:sources_source_add" if request.user.has_perm(PERMISSION) else "console:source-new")


def _may(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION) and not accounts.roles_of(request.user) & MAPPERS:
        raise PermissionDenied


def _failed(request: HttpRequest, error: OwlError) -> HttpResponse:
    context = _context(request, _("Import a table")) | {"problem": _sentence(error)}
    return render(request, "ingest/table_done.html", context, status=error.status)


def _sentence(error: OwlError) -> str:
    return " ".join(part for part in (error.message, error.remedy) if part)


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    operator = request.user.has_perm(PERMISSION)
    quarantine = reverse("admin:sensors_quarantined_changelist" if operator else "console:quarantine")
    return {**admin.site.each_context(request), "title": title, "quarantine_url": quarantine}
