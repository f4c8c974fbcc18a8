"""Which other city may have what a request asks for: as far as its data are known here, or its name is in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.consumer import selectors as consumer
from apps.consumer.types import Replica
from apps.desk.models import Request
from apps.peers import selectors as peers

SHORTEST = 5
"""Shorter words are too common to say anything."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A trusted city that a request may belong to, and the title of its dataset ('' where only its name was found)."""

    did: str
    city: str
    dataset: str


def likely_owners(case: Request) -> list[Guess]:
    """At most three trusted cities, the likeliest first: whose dataset is asked about, is alike, or who is named."""
    trusted = {peer.did: peer.name for peer in peers.trusted()}
    held = [replica for replica in consumer.replicas() if replica.owner_did in trusted]
    asked = _words(f"{case.subject} {case.place}")
    ranks = [(_rank(replica, case.dataset_key, asked), replica) for replica in held]
    found: dict[str, Guess] = {}
    for rank, replica in sorted(ranks, key=lambda ranked: -ranked[0]):
        if rank:
            guess = Guess(replica.owner_did, trusted[replica.owner_did], _title(replica, case.language))
            found.setdefault(replica.owner_did, guess)
    text = f" {case.subject} {case.place} ".casefold()
    for did, name in trusted.items():
        if re.search(rf"\b{re.escape(name.casefold())}\b", text):
            found.setdefault(did, Guess(did, name, ""))
    return list(found.values())[:MOST]


def _rank(replica: Replica, key: str, asked: set[str]) -> int:
    """How well a replica fits: by the key of its page before all, else by the words it shares with the question."""
    if key and key.split("~", maxsplit=1)[0] == replica.identifier and "~" in key:
        return 1_000
    about = replica.about
    titles = [*about.get("title", {}).values(), replica.agreed_title, *about.get("keywords", [])]
    return len(asked & _words(" ".join(str(title) for title in titles)))


def _title(replica: Replica, language: str) -> str:
    titles = replica.about.get("title", {})
    return str(titles.get(language) or titles.get("de") or replica.agreed_title or replica.identifier)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST}
