"""Tables of readings: choose a file, see what would become of it, say where its columns go, import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.console import answers
from apps.console.gate import FORM, StaffRequest, screen
from apps.console.pages import page
from apps.console.sources import ACTING
from apps.console.tables.forms import ChooseTable, ReadTable
from apps.console.tables.goals import goals, targets
from apps.core import clock
from apps.core.errors import OwlError
from apps.sensors import selectors as sensors
from apps.sources import selectors, services
from apps.sources.types.tables import Preview, Quantity

MOST_STREAMS = 1_000
"""That many datastreams are proposed while somebody writes; any other can be written by its number."""


@dataclass
class Sight:
    """What a person sees of a table: how it is read, what would become of it, and what cannot be."""

    form: ReadTable
    found: Preview
    is_faulty: bool = False


@screen(*ACTING, methods=FORM)
def choose(request: StaffRequest) -> HttpResponse:
    """The form for a file, or the way to its preview; ``?source=`` chooses."""
    form = ChooseTable(request.POST or None, request.FILES or None, initial={"source": request.GET.get("source")})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["table"]
        try:
            kept = services.upload_table(
                source=form.cleaned_data["source"], name=str(file.name), content=file.read(), at=clock.now()
            )
        except OwlError as error:
            form.add_error("table", answers.sentence(error))
        else:
            return redirect("console:table", key=kept.pk)
    return page(request, "console/tables/choose.html", {"form": form}, status=400 if form.errors else 200)


@screen(*ACTING, methods=FORM)
def preview(request: StaffRequest, key: int) -> HttpResponse:
    """The beginning of the table and where everything would go; posted, the same as corrected, or the import."""
    at, kept = clock.now(), selectors.table_upload(key)
    if kept.imported_at is not None:
        return _account(request, kept)
    sight = _sight(request, kept, at)
    problems: dict[Quantity, str] = {}
    if "import" in request.POST and not sight.is_faulty:
        written = targets(request.POST, sight.found.keys)
        problems = services.map_table(source=kept.source, keys=sight.found.keys, targets=written, at=at)
        if not problems:
            services.import_table(upload=kept, form=sight.found.form, at=at)
            messages.success(request, _("The table is imported."))
            return redirect("console:table", key=key)
    context = {
        "upload": kept,
        "form": sight.form,
        "found": sight.found,
        "goals": goals(request.POST, sight.found.keys, problems),
        "problems": len(problems),
        "streams": sensors.matching()[:MOST_STREAMS],
    }
    return page(request, "console/tables/preview.html", context, status=400 if sight.is_faulty or problems else 200)


def _sight(request: StaffRequest, kept: Any, at: datetime) -> Sight:
    """The table as the person wants it read; as it is guessed, with the words at the field, where it cannot be."""
    guessed = services.preview_table(upload=kept, at=at)
    if request.method != "POST":
        return Sight(ReadTable.of(guessed.form, guessed.titles), guessed)
    form = ReadTable(request.POST, titles=guessed.titles)
    if not form.is_valid():
        return Sight(form, guessed, is_faulty=True)
    try:
        return Sight(form, services.preview_table(upload=kept, form=form.table_form(), at=at))
    except OwlError as error:
        answers.put(form, error)
        return Sight(form, guessed, is_faulty=True)


def _account(request: StaffRequest, kept: Any) -> HttpResponse:
    """What became of a table that was imported."""
    return page(request, "console/tables/done.html", {"upload": kept, "account": kept.account})
