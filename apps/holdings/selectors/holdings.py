"""The datasets a reader may see: own ones and replicas, in a number of queries that does not grow with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.catalogue import selectors as catalogue
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.types import Member
from apps.consumer import selectors as consumer
from apps.consumer.types import Replica
from apps.core import clock
from apps.core.errors import NotFound
from apps.holdings.selectors import ages
from apps.holdings.selectors.open_terms import open_to_all, understood
from apps.holdings.types import Holding, Mode, Source
from apps.sensors.types import UPLOADED
from apps.sources import selectors as sources

Principal = User | AnonymousUser | None
REPLICA_MARK = "~"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who asks, as the database has them now."""

    pk: int | None
    whole_datasets: frozenset[int]
    everything: bool = False
    staff: bool = False


def holdings(principal: Principal, *, at: datetime | None = None) -> list[Holding]:
    """Every dataset this reader may see at ``at`` (now), own ones by identifier, then replicas by owner and identifier.

    Everybody: own datasets under public terms that hold, and replicas whose agreement's terms say public. City staff:
    also every own dataset they have a right to – those whole – and all replicas. A peer sees what everybody sees.
    """
    moment = at or clock.now()
    reader = _reader(principal)
    held = consumer.replicas(at=moment)
    return [*_own(reader, held, moment, None), *_replicas(reader, held, moment)]


def holding(principal: Principal, key: str, *, at: datetime | None = None) -> Holding:
    """The one of that key. Raises NotFound alike for what is not there and what this reader may not see."""
    moment = at or clock.now()
    reader = _reader(principal)
    held = consumer.replicas(at=moment)
    found = _replicas(reader, held, moment) if REPLICA_MARK in key else _own(reader, held, moment, key)
    for one in found:
        if one.key == key:
            return one
    raise NotFound(_("There is no such dataset here."), part="dataset")


def _reader(principal: Principal) -> _Reader:
    user = None if principal is None else accounts.active(principal)
    if user is None:
        return _Reader(None, frozenset())
    everything = accounts.sees_everything(user)
    whole = frozenset() if everything else frozenset(catalogue.whole_for(user).values_list("pk", flat=True))
    return _Reader(user.pk, whole, everything, everything or accounts.is_city_staff(user))


def _own(reader: _Reader, held: list[Replica], at: datetime, identifier: str | None) -> list[Holding]:
    versions: dict[int, TermsVersion] = {}
    open_now: set[int] = set()
    in_force = catalogue.terms_in_force()
    for version in in_force if identifier is None else in_force.filter(dataset__identifier=identifier):
        versions[version.dataset_id] = version
        if open_to_all(version.terms, since=version.released_at, at=at) is not None:
            open_now.add(version.dataset_id)
    datasets = Dataset.objects.select_related("department").order_by("identifier")
    if identifier is not None:
        datasets = datasets.filter(identifier=identifier)
    if not reader.everything:
        datasets = datasets.filter(pk__in=open_now | reader.whole_datasets)
    rows = list(datasets)
    kept = {pk for replica in held for pk in replica.datastream_ids}
    members: dict[int, list[Member]] = defaultdict(list)
    for member in _with_uploads(catalogue.members([row.pk for row in rows])):
        if not member.origin or (member.datastream_id in kept and _is_whole(reader, member.dataset_id)):
            members[member.dataset_id].append(member)
    return [_own_one(reader, row, members[row.pk], versions.get(row.pk), at) for row in rows]


def _with_uploads(members: list[Member]) -> list[Member]:
    """With what says who feeds them: of own ones their latest readings, of replicas the word of their owner."""
    uploaded = sources.uploaded([one.datastream_id for one in members if not one.origin])
    uploaded |= {one.datastream_id for one in members if one.origin and one.provenance == UPLOADED}
    # A recording stays one, also where a table goes on with it: its peers are told nothing else.
    known = {one.datastream_id for one in members if one.is_recording}
    return [replace(one, is_uploaded=True) if one.datastream_id in uploaded - known else one for one in members]


def _is_whole(reader: _Reader, dataset_id: int) -> bool:
    return reader.everything or dataset_id in reader.whole_datasets


def _own_one(
    reader: _Reader, row: Dataset, members: list[Member], version: TermsVersion | None, at: datetime
) -> Holding:
    whole = _is_whole(reader, row.pk)
    terms = understood(version.terms) if version else None
    seen = ages.seen(members, None if whole else terms, at)
    node = settings.NODE
    return Holding(
        key=row.identifier,
        identifier=row.identifier,
        is_replica=False,
        owner_did=node.did,
        owner_name=node.city_name,
        titles=_by_language(row.title_de, row.title_en),
        descriptions=_by_language(row.description_de, row.description_en),
        departments=_by_language(row.department.name_de, row.department.name_en),
        publisher=node.publisher_name,
        theme=row.theme,
        keywords=tuple(row.keywords or ()),
        licence=row.licence,
        attribution=row.attribution,
        contact_email=row.contact_email or node.contact_email,
        accrual=row.accrual,
        sensitivity=row.sensitivity,
        visibility="internal" if terms is None else terms.visibility,
        terms=terms,
        terms_number=version.number if version else None,
        released_at=version.released_at if version else None,
        modified_at=max(moment for moment in (row.updated_at, version and version.released_at) if moment),
        datastream_ids=tuple(member.datastream_id for member in members),
        measurands=_names(member.measurand for member in members),
        mode=Mode.WHOLE if whole else Mode.TERMS,
        reader=reader.pk,
        dataset_id=row.pk,
        **seen.as_fields(),
    )


def _replicas(reader: _Reader, held: list[Replica], at: datetime) -> list[Holding]:
    shown = []
    taken: set[str] = set()
    for replica in held:
        key = _key(replica)
        if key in taken:  # a second agreement about the same dataset
            key = f"{key}{REPLICA_MARK}{replica.uid[:8]}"
        taken.add(key)
        if reader.staff or open_to_all(replica.terms, since=replica.signed_at, at=at) is not None:
            shown.append(_replica_one(reader, replica, key, at))
    return sorted(shown, key=lambda one: (one.owner_name, one.key))


def _replica_one(reader: _Reader, replica: Replica, key: str, at: datetime) -> Holding:
    about, terms = replica.about, understood(replica.terms)
    # The owner has applied the terms; what is here is what they let out.
    seen = ages.seen(replica.streams, None, at, terms)
    return Holding(
        key=key,
        identifier=replica.identifier,
        is_replica=True,
        owner_did=replica.owner_did,
        owner_name=replica.owner_name,
        titles=about.get("title") or _by_language(replica.agreed_title, ""),
        descriptions=about.get("description") or {},
        departments={},
        publisher=replica.owner_name,
        theme=str(about.get("theme") or ""),
        keywords=tuple(about.get("keywords") or ()),
        licence=str(about.get("licence") or ""),
        attribution=str(about.get("attribution") or ""),
        contact_email=str(about.get("contact_email") or ""),
        accrual="",
        sensitivity="",
        visibility="peers" if terms is None else terms.visibility,
        terms=terms,
        terms_number=None,
        released_at=replica.signed_at,
        modified_at=replica.complete_at or replica.signed_at,
        datastream_ids=replica.datastream_ids,
        measurands=_names(stream.measurand for stream in replica.streams),
        mode=Mode.WHOLE if reader.staff else Mode.TERMS,
        source=Source(
            agreement_uid=replica.agreement_uid,
            purpose=replica.purpose,
            signed_at=replica.signed_at,
            expires_at=replica.expires_at,
            retention=terms.retention if terms else None,
            as_of=replica.complete_at,
            staleness=None if replica.complete_at is None else at - replica.complete_at,
        ),
        reader=reader.pk,
        subscription_id=replica.subscription_id,
        **seen.as_fields(),
    )


def _key(replica: Replica) -> str:
    """``identifier~host``; anything that would have to be escaped in a URL becomes a hyphen."""
    host = replica.owner_url.partition("//")[2] or replica.owner_did
    return REPLICA_MARK.join(re.sub(r"[^A-Za-z0-9._-]+", "-", part) for part in (replica.identifier, host))


def _by_language(german: str, english: str) -> dict[str, str]:
    return {code: text for code, text in (("de", german), ("en", english)) if text}


def _names(measurands: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(measurands), key=str.casefold))
