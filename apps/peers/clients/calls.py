"""Signed calls to trusted peers, through the circuit breaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import ClockSkew, Invalid, OwlError, PeerUnreachable, UntrustedPeer
from apps.peers.clients import addresses, answers, targets, transport
from apps.peers.errors import BreakerOpen, KeyMissing
from apps.peers.models import NodeKey, Peer
from apps.peers.states import Breaker, PeerState
from apps.peers.types import JSON, MAX_ANSWER_BYTES, Answer
from apps.wire import canonical, keys, signatures

GATEWAY_STATUSES = frozenset({502, 503, 504})
NOTE_EVERY = timedelta(seconds=10)


def send(
    *,
    peer: Peer,
    method: str,
    path: str,
    json: object = None,
    body: bytes | None = None,
    content_type: str = JSON,
    accept: str = JSON,
    headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
    max_bytes: int = MAX_ANSWER_BYTES,
    key: keys.SigningKey | None = None,
) -> Answer:
    """Ask a trusted peer and return its proven answer (status 2xx).

    ``path`` is joined to the peer's address; an absolute URL must lie under it. ``json`` is sent as canonical JSON,
    ``body`` as it is. ``timeout`` in seconds limits the whole exchange (default ``NODE.http_timeout_seconds``),
    ``max_bytes`` the answer's body. ``key`` is only for the notice of a rotation, which the old key signs. Call it
    outside of database transactions.

    Raises PeerUnreachable (no connection, time-out, 502–504, breaker open, refused address), Refused – a PeerRefused
    with ``answer`` – for every other status but 2xx, ClockSkew, UntrustedPeer, AnswerTooLarge, and AnswerUnproven if
    an answer with a body is not rightly signed by this peer; Invalid for a path outside of the peer, KeyMissing
    without a key of our own.
    """
    current = Peer.objects.get(pk=peer.pk)
    content = canonical.dumps(json) if json is not None else body or b""
    typed = {"Content-Type": content_type} if content else {}
    call = _Call(
        peer=current,
        key=key or _signing_key(),
        method=method,
        target=_target(current.base_url, path),
        headers={"Accept": accept, "User-Agent": settings.NODE.software, **typed, **(headers or {})},
        body=content,
        seconds=timeout or settings.NODE.http_timeout_seconds,
        max_bytes=max_bytes,
    )
    _enter(current, at=clock.now(), seconds=call.seconds)
    return answers.judge(current, _noted(call))


@dataclass(frozen=True, slots=True)
class _Call:
    peer: Peer
    key: keys.SigningKey
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    seconds: float
    max_bytes: int

    def run(self) -> tuple[Answer, float | None]:
        """Once; a read on a kept connection that the peer had just closed, once more."""
        place = addresses.locate(self.peer.base_url)
        try:
            return self._once(place)
        except transport.ConnectionStale:
            if self.method != "GET":
                raise
            return self._once(place)

    def _once(self, place: addresses.Place) -> tuple[Answer, float | None]:
        url, sent_at = self.peer.base_url + self.target, clock.now()
        signed = self.headers | signatures.sign_request(
            method=self.method,
            url=url,
            headers=self.headers,
            body=self.body,
            key=self.key,
            created=sent_at,
            nonce=signatures.new_nonce(),
        )
        raw = transport.exchange(
            place=place,
            method=self.method,
            target=self.target,
            headers=signed,
            body=self.body,
            seconds=self.seconds,
            max_bytes=self.max_bytes,
        )
        asked = signatures.Request(method=self.method, url=url, headers=signed)
        return answers.prove(self.peer, raw, asked, sent_at=sent_at)


def _noted(call: _Call) -> Answer:
    """Run the call and tell the breaker how it went: only silence counts against a peer, not a refusal."""
    peer = call.peer
    try:
        answer, offset = call.run()
        if answer.status in GATEWAY_STATUSES:
            raise PeerUnreachable(
                _("%(peer)s is there, but not in service (%(status)d).") % {"peer": peer.did, "status": answer.status}
            )
    except PeerUnreachable as error:
        Peer.objects.note_failure(peer.pk, at=clock.now(), error=error.message)
        raise
    except ClockSkew as skew:
        Peer.objects.note_success(peer.pk, at=clock.now(), clock_offset_s=skew.offset_seconds)
        raise
    except OwlError:
        Peer.objects.note_success(peer.pk, at=clock.now(), clock_offset_s=None)
        raise
    _note_success(peer, offset, at=clock.now())
    return answer


def _note_success(peer: Peer, offset: float | None, *, at: datetime) -> None:
    troubled = peer.failures or peer.opened_until or peer.probing_until
    recent = peer.last_ok_at is not None and at - peer.last_ok_at < NOTE_EVERY
    if troubled or not recent:  # a feed asks for many pages; not each one needs a write
        Peer.objects.note_success(peer.pk, at=at, clock_offset_s=offset)


def _enter(peer: Peer, *, at: datetime, seconds: float) -> None:
    if peer.state != PeerState.TRUSTED:
        raise UntrustedPeer(_("%(peer)s is not a trusted peer.") % {"peer": peer.did}, part="peer")
    breaker = peer.breaker(at)
    if breaker == Breaker.CLOSED:
        return
    if breaker == Breaker.OPEN or not Peer.objects.take_probe(peer.pk, at=at, seconds=2 * seconds):
        raise BreakerOpen(
            _("%(peer)s failed %(failures)d times in a row and is left alone for now: %(error)s")
            % {"peer": peer.did, "failures": peer.failures, "error": peer.last_error},
            part="peer",
        )


def _target(base_url: str, path: str) -> str:
    if path.startswith("/"):
        return targets.canonical(path)
    if not path.startswith(base_url + "/"):
        raise Invalid(
            _("%(path)s does not lie under the peer's address %(base)s.") % {"path": path[:200], "base": base_url},
            part="path",
        )
    return targets.canonical(path.removeprefix(base_url))


def _signing_key() -> keys.SigningKey:
    row: NodeKey | None = NodeKey.objects.current().first()
    if row is None:
        raise KeyMissing(
            _("This node has no key yet."), part="keys_dir", remedy=_("Run: manage.py peer identity – it makes one.")
        )
    return row.private()
