"""What came in and was not understood: piece by piece, to be mapped, tried again or set aside."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.console import answers
from apps.console.gate import SIGHTED, WRITE, StaffRequest, screen
from apps.console.mappings import Target
from apps.console.pages import page
from apps.console.sources import ACTING
from apps.console.words import sending
from apps.core import clock
from apps.core.errors import NotFound, OwlError
from apps.sensors import selectors, services
from apps.sources import selectors as sources
from apps.sources import services as source_services
from apps.sources.services.pieces import MOST
from apps.sources.types import SOURCE_PREFIX

PER_PAGE = 50


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """What could not be taken in, by source and reason, and the pieces as they came."""
    source, reason = request.GET.get("source") or None, request.GET.get("reason") or None
    rows = selectors.quarantined(source=source, reason=reason)
    groups = sorted(selectors.quarantined_counts().items(), key=lambda item: -item[1])
    context = {
        "groups": [{"source": key[0], "reason": key[1], "total": total} for key, total in groups],
        "pager": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "source": source or "",
        "reason": reason or "",
        "may_act": _may(request),
    }
    return page(request, "console/quarantine/index.html", context)


@screen(*SIGHTED)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One piece as it came, and what can be done with it."""
    return _show(request, _one(key))


@screen(*ACTING, methods=WRITE)
def place(request: StaffRequest, key: int) -> HttpResponse:
    """Say under which datastream a piece that came from no source belongs, with all that are called alike."""
    row = _one(key)
    piece = source_services.read(row.source, row.payload)
    form = Target(request.POST)
    if piece is None:
        raise NotFound(_("This piece holds no reading that could be taken in."), part="piece")
    if form.is_valid():
        ids = source_services.alike(source=row.source, name=piece.name)
        try:
            done = source_services.place(
                ids=ids, datastream=int(form.cleaned_data["datastream"]), at=clock.now(), **form.conversion_given()
            )
        except OwlError as error:
            answers.put(form, error)
        else:
            _tell(request, len(done.replayed), len(done.still_waiting))
            return redirect("console:quarantine")
    return _show(request, row, form, status=400)


@screen(*ACTING, methods=WRITE)
def replay(request: StaffRequest) -> HttpResponse:
    """Try the chosen pieces again – or, by the other button, those of the list as it is filtered."""
    ids = _chosen(request)
    if request.POST.get("all"):
        rows = selectors.quarantined(
            source=request.POST.get("source") or None, reason=request.POST.get("reason") or None
        )
        # Those tried least come first, so that pressing again goes on instead of beginning anew.
        ids = list(rows.order_by("replays", "pk").values_list("pk", flat=True)[:MOST])
    done = source_services.try_again(ids=ids, at=clock.now())
    _tell(request, len(done.replayed), len(done.still_waiting))
    return answers.back(request, "/console/sensors/quarantine")


@screen(*ACTING, methods=WRITE)
def dismiss(request: StaffRequest) -> HttpResponse:
    """Settle pieces as not worth keeping apart; they stay readable for operators."""
    settled = services.dismiss(ids=_chosen(request))
    said = ngettext("%d piece is set aside.", "%d pieces are set aside.", settled) % settled
    messages.success(request, said)
    return answers.back(request, "/console/sensors/quarantine")


def _chosen(request: StaffRequest) -> list[int]:
    given = request.POST.getlist("piece")[:MOST]
    return [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 19]


def _tell(request: StaffRequest, taken: int, waiting: int) -> None:
    """Say what became of the pieces."""
    said = ngettext("%d piece was taken in.", "%d pieces were taken in.", taken) % taken
    if waiting:
        rest = ngettext("%d still waits.", "%d still wait.", waiting) % waiting
        messages.warning(request, f"{said} {rest}")
    else:
        messages.success(request, said)


def _one(key: int) -> Any:
    row = selectors.quarantined().filter(pk=key).first()
    if row is None:
        raise NotFound(_("This piece does not wait any more."), part="piece")
    return row


def _show(request: StaffRequest, row: Any, form: Target | None = None, *, status: int = 200) -> HttpResponse:
    piece = source_services.read(row.source, row.payload)
    uplink = source_services.uplink_in(row.payload) if row.source.startswith(SOURCE_PREFIX) else None
    slug = row.source.removeprefix(SOURCE_PREFIX)
    origin = sources.source(slug) if slug != row.source else None
    context = {
        "row": row,
        "payload": _pretty(row.payload),
        "piece": piece,
        "form": form or (Target(initial={"conversion": "none"}) if piece is not None else None),
        "uplink": uplink,
        "key": next(iter(uplink.values)) if uplink is not None else "",
        "from": origin,
        "titles": sending.titles(origin is None or origin.takes_tokens),
        "may_act": _may(request),
    }
    return page(request, "console/quarantine/piece.html", context, status=status)


def _pretty(payload: str) -> str:
    """JSON with one member a line; anything else as it came."""
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return payload


def _may(request: StaffRequest) -> bool:
    return bool(request.roles & set(ACTING))
