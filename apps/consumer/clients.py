"""The owner's feed over HTTP: signed requests, proven answers, every digest checked."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from apps.consumer.errors import BadPageReceived
from apps.consumer.models import Subscription
from apps.consumer.types import Fetched, Part
from apps.peers import clients as peers
from apps.peers.types import Answer
from apps.wire import canonical, messages, pages
from apps.wire.errors import WireError

MAX_BYTES = 64 * 1024 * 1024
PAGE_ROWS = 100_000
"""What we ask for at the most: two pages are in memory at a time, and a worker must stay small."""
WORK_SECONDS = 60.0
"""Pages and digests are many seconds' work for a small owner; given up, they would be begun again for ever."""
M = TypeVar("M", messages.DatasetDescription, messages.DigestReport)


class HttpFeed:
    """One subscription's owner. Lives for one pull."""

    prefetch = True

    def __init__(self, subscription: Subscription) -> None:
        self.peer = subscription.peer
        self.agreement_uid = subscription.agreement.uid
        self.uuid = self.agreement_uid.rpartition(":")[2]
        self.feed = subscription.endpoint or f"/peering/v1/feed/{self.uuid}"

    def page(self, cursor: str, part: Part | None = None) -> Fetched:
        """The page after the cursor, verified and decoded. Raises PeerError."""
        query = {"limit": str(min(settings.NODE.page_rows, PAGE_ROWS))} | ({"cursor": cursor} if cursor else {})
        path = f"{self.feed}?{urlencode(query | _query(part))}"
        answer = self._get(path, accept=pages.MEDIA_TYPE, seconds=WORK_SECONDS)
        return _fetched(answer, cursor)

    def description(self) -> messages.DatasetDescription:
        """What the streams mean. Raises PeerError."""
        return self._message(messages.DatasetDescription, f"/peering/v1/descriptions/{self.uuid}")

    def digests(self, as_of: datetime, part: Part) -> messages.DigestReport:
        """What the owner should have given, day by day. Raises PeerError."""
        query = urlencode({"as_of": as_of.isoformat()} | _query(part))
        return self._message(messages.DigestReport, f"/peering/v1/digests/{self.uuid}?{query}", seconds=WORK_SECONDS)

    def close(self) -> None:
        """Give back what this thread's calls opened."""
        connections.close_all()

    def _get(self, path: str, *, accept: str, seconds: float | None = None) -> Answer:
        return peers.send(peer=self.peer, method="GET", path=path, accept=accept, timeout=seconds, max_bytes=MAX_BYTES)

    def _message(self, kind: type[M], path: str, *, seconds: float | None = None) -> M:
        answer = self._get(path, accept="application/json", seconds=seconds)
        try:
            message = kind.of(canonical.loads(answer.body, max_bytes=MAX_BYTES))
        except WireError as error:
            raise BadPageReceived(error.message, part=error.part) from error
        if message.agreement != self.agreement_uid:
            raise BadPageReceived(_("The answer is about another agreement."), part="agreement")
        return message


def _query(part: Part | None) -> dict[str, str]:
    if part is None:
        return {}
    streams = ",".join(str(stream) for stream in part.streams)
    return {"streams": streams, "start": str(part.start), "end": str(part.end)}


def _fetched(answer: Answer, cursor: str) -> Fetched:
    """The page of a proven answer. The Owl-… fields are covered by its signature."""
    head = answer.headers
    try:
        digest = canonical.digest_of(answer.body)
        if head["owl-page-digest"] != digest:
            raise BadPageReceived(_("The page is not the one its digest names."), part="owl-page-digest")
        committed = head.get("owl-committed-at", "")
        return Fetched(
            columns=pages.decode(answer.body).columns,
            size=len(answer.body),
            digest=digest,
            cursor=cursor,
            next_cursor=head["owl-next-cursor"],
            more=head["owl-more"] == "1",
            as_of=datetime.fromisoformat(head["owl-as-of"]),
            committed_at=datetime.fromisoformat(committed) if committed else None,
            description=head["owl-description"],
        )
    except (KeyError, ValueError) as error:
        raise BadPageReceived(_("The page lacks a field: %(what)s") % {"what": error}, part="headers") from error
    except WireError as error:
        raise BadPageReceived(error.message, part=error.part) from error
