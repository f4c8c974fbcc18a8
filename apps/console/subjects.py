"""Titles for the codes that stand in the ledger, and where one reads more: for what this person may see, nothing else.

Citizens' requests have none: their subjects are sealed, so that nobody learns from the ledger who asked what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.agreements import selectors as agreements
from apps.catalogue import selectors as catalogue
from apps.peers import selectors as peers

if TYPE_CHECKING:
    from apps.accounts.models import User

DATASET: Final = "urn:owl:dataset:"
EPOCH: Final = "urn:owl:epoch:"
LOG: Final = "urn:owl:log:"
MOST: Final = 500

Pair = tuple[str, "Named"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a code is called, and the page about it; '' where there is none."""

    title: str
    url: str = ""


def named(user: User, codes: Collection[str]) -> dict[str, Named]:
    """What is known of these codes to this person, asked in a handful of queries however many there are."""
    found: dict[str, Named] = {}
    for source in (_cities, _datasets, _agreements, _negotiations, _offers, _numbers):
        found.update(source(user, codes))
    return found


def called(user: User, text: str) -> list[str]:
    """The codes of datasets, agreements and cities whose title or name contains this text; for the search."""
    wanted = text.strip()
    if not wanted.isprintable() or len(wanted) < 2:
        return []
    datasets = catalogue.visible_to(user).filter(Q(title_de__icontains=wanted) | Q(title_en__icontains=wanted))
    shared = agreements.agreements(user).filter(Q(title__icontains=wanted) | Q(peer__name__icontains=wanted))
    cities = peers.all_peers().filter(name__icontains=wanted)
    return [
        *(DATASET + key for key in datasets.values_list("identifier", flat=True)[:MOST]),
        *shared.values_list("uid", flat=True)[:MOST],
        *cities.values_list("did", flat=True)[:MOST],
    ]


def _cities(_user: User, codes: Collection[str]) -> Iterable[Pair]:
    own = settings.NODE.did
    known = {own: Named(settings.NODE.city_name)}
    known |= {row.did: Named(row.name or row.did, reverse("console:peer", args=[row.pk])) for row in peers.all_peers()}
    for code in codes:
        did, _hash, key = code.removeprefix(LOG).partition("#")
        city = known.get(did)
        if city is None:
            continue
        if key:
            yield code, Named(_("Key of %(city)s") % {"city": city.title}, city.url)
        elif code.startswith(LOG):
            yield code, Named(_("Ledger of %(city)s") % {"city": city.title}, city.url)
        else:
            yield code, city


def _datasets(user: User, codes: Collection[str]) -> Iterable[Pair]:
    wanted = [code.removeprefix(DATASET) for code in codes if code.startswith(DATASET)]
    for row in catalogue.visible_to(user).filter(identifier__in=wanted):
        yield DATASET + row.identifier, Named(row.title, reverse("console:dataset", args=[row.identifier]))


def _agreements(user: User, codes: Collection[str]) -> Iterable[Pair]:
    for row in agreements.agreements(user).filter(uid__in=codes):
        title = row.dataset.title if row.dataset else row.title or row.dataset_identifier
        yield row.uid, Named(f"{title} – {row.peer.name or row.peer.did}", reverse("console:agreement", args=[row.pk]))


def _negotiations(user: User, codes: Collection[str]) -> Iterable[Pair]:
    rows = agreements.negotiations(user).filter(Q(provider_pid__in=codes) | Q(consumer_pid__in=codes))
    for row in rows:
        title = row.basis.dataset.title if row.basis else row.title or row.dataset_identifier
        words = _("Request for “%(title)s” – %(city)s") % {"title": title, "city": row.peer.name or row.peer.did}
        yield row.own_pid, Named(words, reverse("console:negotiation", args=[row.pk]))


def _offers(user: User, codes: Collection[str]) -> Iterable[Pair]:
    for row in agreements.seen_offers(user).filter(uid__in=codes):
        url = reverse("console:dataset", args=[row.dataset.identifier])
        yield row.uid, Named(_("Offer of “%(title)s”") % {"title": row.dataset.title}, url)


def _numbers(_user: User, codes: Collection[str]) -> Iterable[Pair]:
    for code in codes:
        if code.startswith(EPOCH):
            yield code, Named(_("Numbering of the batches, epoch %(number)s") % {"number": code.removeprefix(EPOCH)})
