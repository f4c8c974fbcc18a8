"""Pages of the catalogue as harvesters walk them: Hydra, a hundred datasets each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from apps.core.errors import Invalid
from apps.dcat.graphs import catalogue_iri
from apps.dcat.vocabulary import HYDRA
from apps.holdings.types import Holding

SIZE: Final = 100
KNOWN: Final = ("page", "modified_since")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which part of the catalogue."""

    page: int
    since: datetime | None


def read(given: QueryDict) -> Asked:
    """The query. Raises Invalid naming the parameter that is unknown or unreadable."""
    for name in given:
        if name not in KNOWN or len(given.getlist(name)) > 1:
            raise Invalid(
                _("This parameter is not known here, or there twice."),
                part=name[:60],
                remedy=_("Known are: %s.") % ", ".join(KNOWN),
            )
    return Asked(_page(given.get("page", "1")), _since(given.get("modified_since", "")))


def cut(asked: Asked, shown: Sequence[Holding]) -> tuple[list[Holding], int]:
    """The datasets of the page and how many there are in all. Raises Invalid for a page beyond the last."""
    since = asked.since
    kept = [one for one in shown if since is None or (one.modified_at is not None and one.modified_at >= since)]
    last = max(1, -(-len(kept) // SIZE))
    if asked.page > last:
        raise Invalid(
            _("There are only %(last)d pages.") % {"last": last}, part="page", remedy=_("Begin again with page 1.")
        )
    return kept[(asked.page - 1) * SIZE : asked.page * SIZE], len(kept)


def add(graph: Graph, asked: Asked, total: int, *, suffix: str) -> None:
    """Where the next pages are, in the words of today's and of yesterday's Hydra."""
    last = max(1, -(-total // SIZE))
    here = _address(asked, asked.page, suffix)
    for kind in (HYDRA.PartialCollectionView, HYDRA.PagedCollection):
        graph.add((here, RDF.type, kind))
    graph.add((catalogue_iri(), HYDRA.view, here))
    graph.add((here, HYDRA.totalItems, Literal(total)))
    graph.add((here, HYDRA.itemsPerPage, Literal(SIZE)))
    ways = {"first": 1, "last": last}
    if asked.page < last:
        ways["next"] = asked.page + 1
    if asked.page > 1:
        ways["previous"] = asked.page - 1
    for word, page in ways.items():
        for predicate in (HYDRA[word], HYDRA[f"{word}Page"]):
            graph.add((here, predicate, _address(asked, page, suffix)))


def _address(asked: Asked, page: int, suffix: str) -> URIRef:
    query: dict[str, str | int] = {"page": page}
    if asked.since is not None:
        query["modified_since"] = asked.since.isoformat()
    return URIRef(f"{settings.NODE.base_url}/catalog.{suffix}?{urlencode(query)}")


def _page(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= 1:
        return int(text)
    raise Invalid(_("A page is a whole number from 1."), part="page")


def _since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            _("This is no time such as 2026-03-01 or 2026-03-01T12:00:00Z."), part="modified_since"
        ) from error
