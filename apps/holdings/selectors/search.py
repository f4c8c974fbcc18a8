"""Looking for datasets: words, filters and how many each further filter would leave; queries constant in number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from apps.catalogue import selectors as catalogue
from apps.consumer import selectors as consumer
from apps.core.errors import Invalid
from apps.holdings.selectors.holdings import Principal, holdings
from apps.holdings.selectors.measurands import measurands
from apps.holdings.types import FORMATS, Facet, Holding, Query, Results

LONGEST_TEXT: Final = 200
MOST_PER_PAGE: Final = 100


def formats_of(holding: Holding) -> tuple[str, ...]:
    """The ways to get the holding's data; SensorThings speaks of single rows, so not where there are buckets only."""
    return tuple(name for name in FORMATS if name != "sensorthings" or not holding.is_bucketed)


FACETS: Final[dict[str, Callable[[Holding], Iterable[str]]]] = {
    "city": lambda one: (one.owner_name,),
    "theme": lambda one: (one.theme,) if one.theme else (),
    "format": formats_of,
    "licence": lambda one: (one.licence,) if one.licence else (),
    "freshness": lambda one: (str(one.freshness),),
    "visibility": lambda one: (one.visibility,),
}


def search(
    principal: Principal,
    *,
    text: str = "",
    city: str = "",
    theme: str = "",
    format: str = "",
    licence: str = "",
    freshness: str = "",
    visibility: str = "",
    measurand: str = "",
    after: str = "",
    page: int = 1,
    per_page: int = 20,
    at: datetime | None = None,
) -> Results:
    """One page of the holdings this reader may see that match everything asked for.

    Words match in German stems, however umlauts are typed, and inside compounds; the best come first, without words
    own datasets before replicas. Facets count what each value would leave under the other choices. With ``after`` pages
    begin behind the holding of that key; a page beyond the last is empty. Raises Invalid for a text over 200
    characters, a page that is none or a key that is not there any more.
    """
    asked = Query(
        text=text.strip(), city=city, theme=theme, format=format, licence=licence, freshness=freshness,
        visibility=visibility, measurand=measurand, after=after, page=page, per_page=per_page,
    )  # fmt: skip
    _check(asked)
    found = _ranked(holdings(principal, at=at), asked.text)
    if asked.measurand:
        found = _measuring(principal, found, asked.measurand, at)
    chosen = {name: getattr(asked, name) for name in FACETS}
    facets = {name: _facet(name, found, chosen) for name in FACETS}
    kept = [one for one in found if _fits(one, chosen)]
    first = (asked.page - 1) * asked.per_page + _behind(kept, asked.after)
    return Results(
        holdings=tuple(kept[first : first + asked.per_page]),
        total=len(kept),
        page=asked.page,
        pages=max(1, -(-len(kept) // asked.per_page)),
        is_more=first + asked.per_page < len(kept),
        facets=facets,
    )


def _check(asked: Query) -> None:
    if len(asked.text) > LONGEST_TEXT or "\x00" in asked.text:
        raise Invalid(_("Search for at most %d characters.") % LONGEST_TEXT, part="text")
    if asked.page < 1:
        raise Invalid(_("Pages count from 1."), part="page")
    if not 1 <= asked.per_page <= MOST_PER_PAGE:
        raise Invalid(_("Ask for 1 to %d results a page.") % MOST_PER_PAGE, part="per_page")


def _behind(kept: list[Holding], key: str) -> int:
    """How many come up to and with the one of that key, 0 for none. Raises Invalid when it is not there any more."""
    if not key:
        return 0
    for place, one in enumerate(kept):
        if one.key == key:
            return place + 1
    raise Invalid(_("What this cursor stood behind is gone."), part="cursor", remedy=_("Begin again without a cursor."))


def _ranked(shown: list[Holding], text: str) -> list[Holding]:
    if not text:
        return shown
    own = catalogue.matching(text)
    theirs = consumer.matching(text)
    ranks = [(own if one.dataset_id else theirs).get(one.dataset_id or one.subscription_id or 0) for one in shown]
    ranked = [(rank, one) for rank, one in zip(ranks, shown, strict=True) if rank is not None]
    return [one for _rank, one in sorted(ranked, key=lambda pair: (-pair[0], pair[1].key))]


def _measuring(principal: Principal, found: list[Holding], key: str, at: datetime | None) -> list[Holding]:
    """The key is that of ``measurands`` among all that the reader sees, whatever else is asked for."""
    wanted = next((one for one in measurands(principal, at=at) if one.key == key), None)
    keys = {part.holding_key for part in wanted.parts} if wanted else set()
    return [one for one in found if one.key in keys]


def _fits(one: Holding, chosen: dict[str, str], but: str = "") -> bool:
    return all(
        not value or name == but or value in FACETS[name](one) or (name == "city" and value == one.owner_did)
        for name, value in chosen.items()
    )


def _facet(name: str, found: list[Holding], chosen: dict[str, str]) -> tuple[Facet, ...]:
    counts = Counter(value for one in found if _fits(one, chosen, but=name) for value in FACETS[name](one))
    if chosen[name] and chosen[name] not in counts:
        counts[chosen[name]] = 0
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    return tuple(Facet(value, count, value == chosen[name]) for value, count in ordered)
