"""The one answer to "which rows may this reader see": default deny, asked of the database every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import UserKind
from apps.catalogue import selectors as catalogue
from apps.consumer import selectors as consumer
from apps.core import clock
from apps.holdings.types import Access, Limits
from apps.policies import horizons
from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.terms import Terms
from apps.sensors.types import LATEST, datetime_of


def access(principal: User | AnonymousUser | None, *, at: datetime | None = None) -> Access:
    """What this reader may read row by row at ``at`` (now).

    Everybody: own datasets released as public, and replicas whose agreement's terms say public – as far as these terms
    let out rows as they are; where they let out statistics of buckets only, nothing. City staff and services: also the
    whole of every own dataset they may view, and persons of the city all replicas: the agreements were made for them.
    Superusers and persons with a role on the whole node: everything. A peer: nothing that the public may not – its way
    is the feed, under its agreement.
    """
    moment = at or clock.now()
    reader = None if principal is None else accounts.active(principal)
    if reader is not None and accounts.sees_everything(reader):
        return Access(everything=True)
    limited = dict(_public(moment))
    whole = {pk for pk, limits in limited.items() if limits == Limits()}
    if reader is not None and reader.kind != UserKind.PEER:
        whole |= set(catalogue.member_ids(visible_to=reader))
        if reader.kind == UserKind.PERSON and reader.is_staff:
            whole |= {pk for ids, _terms in consumer.replicas() for pk in ids}
    return Access(whole=frozenset(whole), limited={pk: one for pk, one in limited.items() if pk not in whole})


def _public(at: datetime) -> Iterator[tuple[int, Limits]]:
    """Own public datastreams and public replicas with their limits; a replica was limited at its source already."""
    strictest: dict[int, Limits] = {}
    for ids, mapping in catalogue.public_members():
        terms = _understood(mapping)
        if terms is not None and terms.resolution == "raw":
            for pk in ids:
                strictest[pk] = _wider(strictest.get(pk), _limits(terms, at))
    yield from strictest.items()
    for ids, mapping in consumer.replicas():
        terms = _understood(mapping)
        if terms is not None and terms.visibility == "public":
            yield from ((pk, Limits()) for pk in ids if pk not in strictest)


def _limits(terms: Terms, at: datetime) -> Limits:
    span = horizons.horizon(terms, at)
    return Limits(
        start=None if span.start_us is None else datetime_of(max(0, span.start_us)),
        until=None if span.until_us is None else datetime_of(min(LATEST, max(0, span.until_us))),
        grid_m=terms.grid_m,
        suppress_below=terms.suppress_below,
    )


def _wider(one: Limits | None, other: Limits) -> Limits:
    """A datastream in two public datasets is public under either; without limits wins, else the first holds."""
    return other if one is None or other == Limits() else one


def _understood(mapping: Mapping[str, Any]) -> Terms | None:
    """Terms this node cannot read let nothing out."""
    try:
        return language.parse(mapping)
    except PolicyError:
        return None
