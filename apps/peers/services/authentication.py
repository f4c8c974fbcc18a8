"""Who is asking, and answers that prove who answered (RFC 9421, profile ``owl-peering-1``; see ``wire.signatures``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import ClockSkew, UntrustedPeer
from apps.peers.clients import targets
from apps.peers.errors import Replayed
from apps.peers.models import Nonce, Peer, PeerKey
from apps.peers.selectors import signing_key
from apps.peers.states import PeerState
from apps.wire import keys, signatures
from apps.wire.errors import Tampered

HEARD_EVERY = timedelta(seconds=10)
REMEMBER_LONGER = timedelta(seconds=60)


def authenticate(
    *, method: str, target: str, headers: Mapping[str, str], body: bytes, at: datetime | None = None
) -> Peer:
    """The trusted peer that signed this request; its nonce is remembered, so the same request counts once.

    ``target`` is path and query as received (Django: ``request.get_full_path()``); scheme and host come from this
    node's configuration, never from the request. ``headers`` may be ``request.headers``.
    Raises Unauthenticated (``wire.errors.SignatureFault``: missing, malformed, tampered, unknown key; Replayed),
    ClockSkew, UntrustedPeer for a peer that is not trusted (any more), Invalid for an impossible target.
    """
    moment = at or clock.now()
    resolver = _Resolver(moment)
    try:
        verified, _url = _verify(method=method, target=target, headers=headers, body=body, resolver=resolver)
    except ClockSkew as skew:
        if resolver.row is not None:  # rightly signed, so the offset is the peer's own word: let operators see it
            Peer.objects.filter(pk=resolver.row.peer_id).update(clock_offset_s=skew.offset_seconds)
        raise
    peer = resolver.peer()
    if peer.state != PeerState.TRUSTED:
        raise UntrustedPeer(
            _("%(peer)s is not a trusted peer of this node.") % {"peer": peer.did},
            part="peer",
            remedy=_("Ask the administrators of this node."),
        )
    _remember(verified)
    _note_heard(peer, headers.get("User-Agent", ""), moment)
    return peer


def sign_answer(
    *,
    method: str,
    target: str,
    request_headers: Mapping[str, str],
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    request_body: bytes = b"",
    at: datetime | None = None,
) -> dict[str, str]:
    """The fields (Content-Digest, Signature-Input, Signature) to add to the answer of an authenticated request.

    ``headers`` are the answer's with its final Content-Type and Owl-… fields. Raises KeyMissing, and what
    ``wire.signatures.sign_response`` raises.
    """
    moment = at or clock.now()
    url = _url_of(targets.canonical(target))
    if len(targets.spellings(target)) > 1:  # the answer must name the request as the peer spelled it
        _verified, url = _verify(
            method=method, target=target, headers=request_headers, body=request_body, resolver=_Resolver(moment)
        )
    asked = signatures.Request(method=method, url=url, headers=request_headers)
    return signatures.sign_response(
        status=status, headers=headers, body=body, request=asked, key=signing_key(), created=moment
    )


class _Resolver:
    """Finds the pinned key and remembers whose it was."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.row: PeerKey | None = None

    def __call__(self, keyid: str) -> keys.VerifyKey | None:
        known = PeerKey.objects.usable(self.at).filter(keyid=keyid).exclude(peer__state=PeerState.REMOVED)
        self.row = known.select_related("peer", "peer__user").first()
        return self.row.verify_key if self.row else None

    def peer(self) -> Peer:
        if self.row is None:
            raise Tampered(_("No key was found for this request."), part="keyid")
        return self.row.peer


def _verify(
    *, method: str, target: str, headers: Mapping[str, str], body: bytes, resolver: _Resolver
) -> tuple[signatures.Verified, str]:
    mismatch: Tampered | None = None
    for spelling in targets.spellings(target):
        url = _url_of(spelling)
        try:
            verified = signatures.verify_request(
                method=method, url=url, headers=headers, body=body, resolve=resolver, at=resolver.at
            )
        except Tampered as error:
            mismatch = mismatch or error
        else:
            return verified, url
    raise mismatch or Tampered(_("The signature does not match."), part="signature")


def _url_of(target: str) -> str:
    return f"{settings.NODE.base_url}{target}"


def _remember(verified: signatures.Verified) -> None:
    table = connection.ops.quote_name(Nonce._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (keyid, nonce, expires_at) VALUES (%s, %s, %s) "  # noqa: S608 - our own table's name
            "ON CONFLICT (keyid, nonce) DO NOTHING",
            [verified.keyid, verified.nonce, verified.remember_until + REMEMBER_LONGER],
        )
        fresh = cursor.rowcount == 1
    if not fresh:
        raise Replayed(
            _("This request was received before."), part="nonce", remedy=_("Sign every request anew, retries too.")
        )


def _note_heard(peer: Peer, software: str, at: datetime) -> None:
    known = {"last_heard_at": at, "software": software[:100]}
    if peer.opened_until is not None and peer.opened_until > at:
        # A peer that asks is alive again: one call may find out at once whether it answers too.
        Peer.objects.filter(pk=peer.pk).update(opened_until=at, **known)
    elif peer.last_heard_at is None or at - peer.last_heard_at > HEARD_EVERY:
        Peer.objects.filter(pk=peer.pk).update(**known)
