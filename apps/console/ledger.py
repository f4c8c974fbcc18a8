"""The ledger: search, the proof of one entry, checkpoints and their witnesses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.console import subjects
from apps.console.gate import SIGHTED, StaffRequest, screen
from apps.console.pages import page
from apps.console.recorded import facts, texts
from apps.core.errors import NotFound
from apps.ledger import selectors
from apps.ledger.types import Kind

PER_PAGE = 40
GIVEN = {Kind.RELEASE, Kind.OFFER, Kind.PAGE_DISCLOSED, Kind.RECEIPT_ACCEPTED}


class Search(forms.Form):
    """By number, agreement, dataset or DID, and by kind."""

    q = forms.CharField(label=_("Number, title or city"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Entries, the newest first."""
    form = Search(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    text = asked.get("q", "")
    found = selectors.search(text=text, subjects=subjects.called(request.user, text), kind=asked.get("kind", ""))
    pager = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "pager": pager,
        "summary": selectors.summary(),
        "names": subjects.named(request.user, {row.subject for row in pager}),
    }
    return page(request, "console/ledger/index.html", context)


@screen(*SIGHTED)
def entry(request: StaffRequest, index: int) -> HttpResponse:
    """One entry in full, and its proof where a checkpoint covers it already."""
    row = selectors.entry(index)
    names = subjects.named(request.user, {row.subject, *texts(row.payload), *_own_dataset(row.kind, row.payload)})
    proof: dict[str, Any] | None
    try:
        proof = selectors.portable_proof(index)
    except NotFound:
        proof = None
    context = {
        "entry": row,
        "hash": bytes(row.leaf_hash).hex(),
        "facts": facts(row.payload, names),
        "name": names.get(row.subject),
        "payload_text": json.dumps(row.payload, indent=2, ensure_ascii=False, sort_keys=True),
        "proof": proof,
        "proof_text": json.dumps(proof, indent=2, ensure_ascii=False) if proof else "",
    }
    return page(request, "console/ledger/entry.html", context)


def _own_dataset(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """The dataset of an entry by its subject where it is this city's own: another city's may bear the same name."""
    if "dataset" in payload and (kind in GIVEN or payload.get("role") == "provider"):
        yield f"{subjects.DATASET}{payload['dataset']}"


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
