"""Two whole nodes in one process: a database schema each, and a wire between them that can lose what it carries.

Whoever speaks does so with its own tables and settings; the other side is reached through its real URLs. Only signing
is left out (``tests/dataspace`` proves it). Sending inside a transaction fails, as it would hold locks meanwhile.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.agreements import services
from apps.agreements.models import Offer
from apps.catalogue.models import Dataset, ReleaseSignature, TermsVersion
from apps.core import clock
from apps.core.errors import NotFound, PeerUnreachable, UntrustedPeer
from apps.peers.errors import Refused
from apps.peers.models import Peer
from apps.peers.types import Answer
from apps.policies import terms as policy_terms
from tests.databases import SECOND

TERMS = {"visibility": "peers", "resolution": "PT1H", "statistics": ["mean", "count"], "purposes": ["planning"]}


@dataclass(frozen=True)
class Node:
    """One city's node."""

    city: str
    schema: str
    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def did(self) -> str:
        return f"did:web:127.0.0.1%3A{self.port}"


@dataclass
class Sent:
    """What went over the wire."""

    sender: Node
    method: str
    path: str
    body: dict[str, Any]
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)


OWNER = Node("bielefeld", "public", 8301)
ASKER = Node("herford", SECOND, 8302)
Fault = Callable[[Sent], str]


class Region:
    """The two nodes and the wire. ``fault`` says of a message "", "lost" (before) or "unacknowledged" (after)."""

    def __init__(self, base_settings: Any) -> None:
        self.base = base_settings
        self.here = OWNER
        self.depth = len(connection.savepoint_ids)
        self.sent: list[Sent] = []
        self.fault: Fault = lambda sent: ""

    @contextmanager
    def on(self, node: Node) -> Iterator[Node]:
        """Be that node."""
        before = self.here
        self._become(node)
        try:
            yield node
        finally:
            self._become(before)

    def _become(self, node: Node) -> None:
        self.here = node
        values = {"city": node.city, "city_name": node.city.title(), "base_url": node.base_url}
        settings.NODE = self.base.model_copy(update=values)
        ContentType.objects.clear_cache()
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {node.schema}")

    def send(self, *, peer: Peer, method: str, path: str, json: Any = None, **_options: Any) -> Answer:
        """What ``peers.clients.send`` promises, over the wire in memory."""
        if len(connection.savepoint_ids) > self.depth:
            raise AssertionError("a network call inside a transaction holds its locks")
        if Peer.objects.get(pk=peer.pk).state != "trusted":
            raise UntrustedPeer("not trusted")
        sent = Sent(self.here, method, path, json or {})
        self.sent.append(sent)
        fate = self.fault(sent)
        if fate == "lost":
            raise PeerUnreachable("no route")
        with self.on(OWNER if self.here is ASKER else ASKER):
            response = Client().generic(
                method,
                path,
                jsonlib.dumps(json) if json is not None else b"",
                content_type="application/json",
                headers={"X-Sender": sent.sender.did},
            )
        sent.status, sent.answer = response.status_code, jsonlib.loads(response.content or b"{}")
        if fate == "unacknowledged":
            raise PeerUnreachable("timed out")
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content, proven=True)
        if not 200 <= answer.status < 300:
            raise Refused(f"refused with {answer.status}", answer=answer, peer_code=str(sent.answer.get("code", "")))
        return answer

    @staticmethod
    def authenticate(*, method: str, target: str, headers: Any, body: bytes, at: datetime | None = None) -> Peer:
        """What ``peers.services.authenticate`` promises, by a plain header."""
        found = Peer.objects.select_related("user").filter(did=headers.get("X-Sender", ""))
        peer: Peer | None = found.first()
        if peer is None:
            raise NotFound("unknown")
        if peer.state != "trusted":
            raise UntrustedPeer("not trusted")
        return peer

    def settle(self, *, at: datetime | None = None, rounds: int = 30) -> None:
        """Let both nodes send all that is due, until nothing is."""
        for _round in range(rounds):
            moved = 0
            for node in (OWNER, ASKER):
                with self.on(node):
                    moved += services.drain_outbox(at=at)
            if not moved:
                return

    def later(self, minutes: float = 60) -> datetime:
        """A moment at which every backoff has run out."""
        return clock.now() + timedelta(minutes=minutes)

    def kinds(self, sender: Node | None = None) -> list[str]:
        """The types of all messages sent so far, in order."""
        posts = [one for one in self.sent if one.method == "POST" and sender in (None, one.sender)]
        return [str(one.body["@type"]) for one in posts]


def befriend(node: Node, other: Node) -> Peer:
    """The other city as a trusted peer, seen from the node (whose schema must be current)."""
    user = accounts.create_principal(kind="peer", name=other.did)
    return Peer.objects.create(
        did=other.did, name=other.city.title(), base_url=other.base_url, user=user, state="trusted"
    )


def make_owner() -> User:
    """A person who owns everything of the department ``environment``, and peers' offers on the whole node."""
    department = Department.objects.filter(slug="environment").first() or accounts.create_department(
        slug="environment", name_de="Umwelt", name_en="Environment"
    )
    user = User.objects.filter(username="olga").first() or accounts.create_person(username="olga", password=None)
    accounts.assign_role(user=user, role="owner", department=department)
    accounts.assign_role(user=user, role="owner")
    return user


def make_dataset(identifier: str = "air", **terms: Any) -> tuple[Dataset, TermsVersion]:
    """A dataset with released terms; how a release comes about is proven in ``tests/catalogue``."""
    make_owner()
    department = Department.objects.get(slug="environment")
    dataset = Dataset.objects.create(
        identifier=identifier, title_de="Luftgüte", title_en="Air", department=department, sensitivity="environment"
    )
    for permission in ("view_dataset", "release_dataset"):
        accounts.grant(principal=department.group, permission=f"catalogue.{permission}", object=dataset)
    return dataset, make_version(dataset, **terms)


def make_version(dataset: Dataset, **terms: Any) -> TermsVersion:
    """A further released version of terms; the one before is superseded."""
    parsed = policy_terms.parse({**TERMS, **terms})
    before = TermsVersion.objects.filter(dataset=dataset, state="released")
    number = TermsVersion.objects.filter(dataset=dataset).count() + 1
    before.update(state="superseded", ended_at=clock.now())
    version = TermsVersion.objects.create(
        dataset=dataset, number=number, terms=parsed.to_mapping(), digest=parsed.digest()
    )
    for role, name, state in (("steward", "stefan", "prepared"), ("owner", "olga", "released")):
        user = User.objects.filter(username=name).first() or accounts.create_person(username=name, password=None)
        ReleaseSignature.objects.create(terms_version=version, role=role, user=user)
        version.state, version.released_at = state, clock.now()
        version.save()
    return version


def make_offer(identifier: str = "air", *, standing: bool = True, **terms: Any) -> Offer:
    """An open offer to every trusted peer."""
    dataset, version = make_dataset(identifier, **terms)
    return services.publish_offer(dataset=dataset, terms_version=version, user=make_owner(), standing=standing)
