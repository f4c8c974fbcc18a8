"""What leaves the city by a person's hand: an own dataset, public or not, as its terms in force shape it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.holdings.selectors.holdings import Principal, holding
from apps.holdings.selectors.rows import CHUNK, rows
from apps.holdings.types import Chunk, Holding, Mode


def handed(principal: Principal, key: str, *, at: datetime | None = None) -> Holding:
    """The own dataset of this key as somebody outside may get it from this person's hand.

    The person must be allowed to see it, and gives no more than its terms in force let out – resolution, delay,
    suppression and coarse places count also where the terms are not public. Raises NotFound, and Invalid for another
    city's dataset or one without terms.
    """
    found = holding(principal, key, at=at)
    if found.is_replica:
        raise Invalid(
            _("These data belong to another city, which decides about them."),
            part="dataset_key",
            remedy=_("Forward the request there."),
        )
    if found.terms is None:
        raise Invalid(
            _("This dataset has no terms in force, so nothing says in which shape it may leave."),
            part="dataset_key",
            remedy=_("Have terms released, internal ones are enough, or deliver a file of your own."),
        )
    return replace(found, mode=Mode.TERMS)


def handed_rows(
    principal: Principal,
    key: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    at: datetime | None = None,
    chunk: int = CHUNK,
) -> Iterator[Chunk]:
    """All its rows with start <= time < end, about ``chunk`` at a time; the right is asked again before each."""
    yield from rows(principal, handed(principal, key, at=at), start=start, end=end, at=at, chunk=chunk, afresh=handed)
