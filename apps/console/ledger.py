"""The ledger: search, the proof of one entry, checkpoints and their witnesses."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.console.gate import SIGHTED, StaffRequest, screen
from apps.console.pages import page
from apps.core.errors import NotFound
from apps.ledger import selectors
from apps.ledger.types import Kind

PER_PAGE = 40


class Search(forms.Form):
    """By number, agreement, dataset or DID, and by kind."""

    q = forms.CharField(label=_("Number, agreement, dataset or city"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Entries, the newest first."""
    form = Search(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = selectors.search(text=asked.get("q", ""), kind=asked.get("kind", ""))
    pager = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "console/ledger/index.html", {"form": form, "pager": pager, "summary": selectors.summary()})


@screen(*SIGHTED)
def entry(request: StaffRequest, index: int) -> HttpResponse:
    """One entry in full, and its proof where a checkpoint covers it already."""
    row = selectors.entry(index)
    proof: dict[str, Any] | None
    try:
        proof = selectors.portable_proof(index)
    except NotFound:
        proof = None
    context = {
        "entry": row,
        "hash": bytes(row.leaf_hash).hex(),
        "payload": sorted(row.payload.items()),
        "proof": proof,
        "proof_text": json.dumps(proof, indent=2, ensure_ascii=False) if proof else "",
    }
    return page(request, "console/ledger/entry.html", context)


@screen(*SIGHTED)
def proof(request: StaffRequest, index: int) -> HttpResponse:
    """The proof as a file for a stranger: leaf, path and signed checkpoint."""
    text = json.dumps(selectors.portable_proof(index), indent=2, ensure_ascii=False)
    headers = {"Content-Disposition": f'attachment; filename="entry-{index}.json"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


@screen(*SIGHTED)
def checkpoints(request: StaffRequest) -> HttpResponse:
    """What this node signed about its ledger, who witnessed it, and what it saw of others."""
    context = {
        "rows": selectors.recent_checkpoints(),
        "heads": selectors.witness_heads(),
        "observed": selectors.observed(),
        "forks": selectors.forks()[:20],
    }
    return page(request, "console/ledger/checkpoints.html", context)
