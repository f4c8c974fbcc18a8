"""The one answer to "which rows may this reader see": default deny, asked of the database every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.catalogue import selectors as catalogue
from apps.consumer import selectors as consumer
from apps.consumer.types import Replica
from apps.core import clock
from apps.holdings.selectors.open_terms import open_to_all
from apps.holdings.types import Access, Limits
from apps.policies import horizons
from apps.policies.terms import Terms
from apps.sensors import selectors as sensors
from apps.sensors.types import LATEST, datetime_of


def access(principal: User | AnonymousUser | None, *, at: datetime | None = None) -> Access:
    """What this reader may read row by row at ``at`` (now).

    Everybody: own datasets released as public, and replicas whose agreement's terms say public – as far as these terms
    let out rows as they are; where they let out statistics of buckets only, nothing. City staff and services: also the
    whole of every own dataset they have a right to (that it is public is no such right) and of the things they may
    write, which they know even before these have datastreams; and the city's staff all replicas: the agreements were
    made for them. Superusers and persons with a role on the whole node: everything. A peer: nothing that the public may
    not – its way is the feed, under its agreement. A replica whose agreement has ended is shown to nobody, even before
    its rows are deleted.
    """
    moment = at or clock.now()
    reader = None if principal is None else accounts.active(principal)
    held = consumer.replicas(at=moment)
    kept = {pk for replica in held for pk in replica.datastream_ids}
    if reader is not None and accounts.sees_everything(reader):
        return _everything(kept)
    limited = dict(_public(held, moment))
    whole = {pk for pk, limits in limited.items() if limits == Limits()}
    things: frozenset[int] = frozenset()
    if reader is not None:
        things, streams = _written(reader)
        whole |= streams | _rightful(reader, kept)
    left = {pk: one for pk, one in limited.items() if pk not in whole}
    return Access(whole=frozenset(whole), limited=left, things=things)


def _everything(kept: set[int]) -> Access:
    """All there is, but for what an ended agreement has left behind until it is deleted."""
    over = sensors.replica_ids() - kept
    if not over:
        return Access(everything=True)
    own = sensors.things().filter(origin="").values_list("pk", flat=True)
    whole = set(sensors.datastreams().values_list("pk", flat=True)) - over
    return Access(whole=frozenset(whole), things=frozenset(own))


def _written(reader: User) -> tuple[frozenset[int], set[int]]:
    """The own things that this reader may write, and their datastreams."""
    written = accounts.objects_with(reader, "sensors.write_thing", sensors.things().filter(origin=""))
    pairs = list(written.values_list("pk", "datastreams"))
    return frozenset(thing for thing, _stream in pairs), {stream for _thing, stream in pairs if stream is not None}


def _rightful(reader: User, kept: set[int]) -> set[int]:
    """The datastreams of datasets that this reader has a right to, and for the city's staff all replicas."""
    rightful = catalogue.whole_for(reader).values_list("pk", flat=True)
    members = catalogue.members(list(rightful))
    found = {one.datastream_id for one in members if not one.origin or one.datastream_id in kept}
    return found | kept if accounts.is_city_staff(reader) else found


def _public(held: list[Replica], at: datetime) -> Iterator[tuple[int, Limits]]:
    """Own public datastreams and public replicas with their limits; a replica was limited at its source already."""
    strictest: dict[int, Limits] = {}
    open_now = {}
    for version in catalogue.public_terms():
        terms = open_to_all(version.terms, since=version.released_at, at=at)
        if terms is not None and terms.resolution == "raw":
            open_now[version.dataset_id] = _limits(terms, at)
    # Own ones only: what a peer lets be shared onward is for peers, never for everybody.
    for dataset_id, datastream_id in catalogue.own_members(open_now):
        strictest[datastream_id] = _wider(strictest.get(datastream_id), open_now[dataset_id])
    yield from strictest.items()
    for replica in held:
        if open_to_all(replica.terms, since=replica.signed_at, at=at) is not None:
            yield from ((pk, Limits()) for pk in replica.datastream_ids)


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
