"""The trust ceremony: propose an address, compare the fingerprint out of band, confirm by two administrators.

There is no silent trust on first use: a fetched document proves only that somebody at that address published it.
"""

from __future__ import annotations

import json
import re
import stat
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts import services as principals
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotPermitted, StateConflict
from apps.ledger import selectors as ledger_reads
from apps.ledger import services as ledger
from apps.peers import clients, events
from apps.peers.models import CheckpointWatch, Peer, PeerKey, TrustConfirmation
from apps.peers.services.administrators import commitment, require_administrator
from apps.peers.services.pinning import pin, record
from apps.peers.states import CONFIRMATIONS_NEEDED, PeerState, TrustSource
from apps.peers.types import KeySet
from apps.wire import did, keys
from apps.wire.errors import Malformed

MAX_FILE_BYTES = 1024 * 1024


def propose_peer(*, base_url: str, user: User, name: str = "", at: datetime | None = None) -> Peer:
    """Fetch the document at an address and pin its keys; nothing is trusted yet.

    Returns the proposed peer; ``fingerprint_of`` gives what the two administrators compare. Raises NotPermitted,
    Invalid for an impossible address or document, Conflict, StateConflict, and what ``clients.fetch_document`` raises.
    """
    moment = at or clock.now()
    require_administrator(user)
    address = _plain(base_url)
    document = clients.fetch_document(address)
    with transaction.atomic():
        peer = pin(document, base_url=address, name=name.strip(), at=moment)
        record(peer, "proposed", at=moment, decision=commitment(user))
    return peer


def fingerprint_of(peer: Peer) -> KeySet:
    """Fingerprint and words of the keys pinned in the peer's present ceremony."""
    rows = PeerKey.objects.filter(peer=peer, ceremony=peer.ceremony, revoked_at__isnull=True).order_by("version")
    return KeySet.of(row.verify_key.raw for row in rows)


def confirm_peer(*, peer: Peer, fingerprint: str, user: User, at: datetime | None = None) -> Peer:
    """One administrator says: I compared this fingerprint (hex or the nine words) with the other city, out of band.

    The second one to say so, another person, makes the peer trusted. Raises NotPermitted, Invalid for a fingerprint
    that is not the pinned one, Conflict if this administrator has confirmed already, StateConflict unless proposed.
    """
    moment = at or clock.now()
    with transaction.atomic():
        require_administrator(user)
        row: Peer = Peer.objects.select_for_update(of=("self",)).select_related("user").get(pk=peer.pk)
        if row.state != PeerState.PROPOSED:
            raise StateConflict(
                _("%(peer)s is not waiting for confirmation (%(state)s).")
                % {"peer": row.did, "state": row.get_state_display()},
                part="peer",
            )
        _check_fingerprint(row, fingerprint)
        _speak_for(row, user, moment)
        trusted = _voices(row) >= CONFIRMATIONS_NEEDED
        if trusted:
            _trust(row, TrustSource.CEREMONY, moment)
        record(row, "trusted" if trusted else "confirmed", at=moment, decision=commitment(user))
    return row


def trust_from_file(*, path: Path | str, at: datetime | None = None) -> list[Peer]:
    """Trust the peers of a prepared file at once; for regions that one hand sets up (demo, tests).

    The file: ``{"peers": [{"name", "base_url", "document": <did document>}, …]}``, writable by its owner only. This
    node's own entry is passed over, and so is a peer already trusted with these keys. Returns the newly trusted.
    Raises NotPermitted unless ``NODE.allow_trust_file``, Invalid, StateConflict for a trusted peer with other keys.
    """
    moment = at or clock.now()
    if not settings.NODE.allow_trust_file:
        raise NotPermitted(
            _("This node trusts no file: two administrators confirm each peer."),
            remedy=_("Only for a demo or test region: OWLNODE_ALLOW_TRUST_FILE=1."),
        )
    with transaction.atomic():
        found = [_from_entry(entry, moment) for entry in _entries(Path(path))]
    return [peer for peer in found if peer is not None]


def _from_entry(entry: Any, moment: datetime) -> Peer | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("document"), dict):
        raise Invalid(_("An entry of a trust file has name, base_url and document."), part="peers")
    address = _plain(str(entry.get("base_url", "")))
    document = clients.understand(json.dumps(entry["document"]).encode(), address)
    if document.did == settings.NODE.did or _already_trusted(document):
        return None
    peer = pin(document, base_url=address, name=str(entry.get("name", "")), at=moment)
    _trust(peer, TrustSource.FILE, moment)
    record(peer, "trusted", at=moment)
    return peer


def _already_trusted(document: did.DidDocument) -> bool:
    peer = Peer.objects.trusted().filter(did=document.did).first()
    if peer is None:
        return False
    pinned = set(PeerKey.objects.filter(peer=peer, revoked_at__isnull=True).values_list("keyid", "public_key"))
    return all((key.keyid, keys.to_multibase(key.raw)) in pinned for key in document.keys if not key.revoked)


def _entries(path: Path) -> list[Any]:
    try:
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Invalid(_("Others than its owner can write %(path)s.") % {"path": path}, part="path")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Invalid(_("%(path)s is too large for a trust file.") % {"path": path}, part="path")
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Invalid(_("%(path)s is no readable trust file.") % {"path": path}, part="path") from error
    listed = value.get("peers") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise Invalid(_("A trust file is an object with the list “peers”."), part="peers")
    return listed


def _trust(peer: Peer, source: TrustSource, moment: datetime) -> None:
    peer.state, peer.trust_source = PeerState.TRUSTED, source
    peer.failures, peer.opened_until, peer.probing_until, peer.last_error = 0, None, None, ""
    peer.save()
    principals.set_active(user=peer.user, active=True)
    if ledger_reads.forks(settled=False).filter(origin=peer.did).exists():
        ledger.accept_history_anew(origin=peer.did, at=moment)  # the ceremony was the settling
    CheckpointWatch.objects.update_or_create(
        peer=peer, defaults={"next_attempt_at": moment, "forked_at": None, "attempts": 0}
    )
    events.peer_trusted.announce(events.PeerChanged(peer_id=peer.pk, did=peer.did, reason=source.value))


def _speak_for(peer: Peer, user: User, moment: datetime) -> None:
    try:
        with transaction.atomic():
            TrustConfirmation.objects.create(
                peer=peer, ceremony=peer.ceremony, fingerprint=peer.fingerprint, user=user, confirmed_at=moment
            )
    except IntegrityError as error:
        raise Conflict(
            _("You have confirmed %(peer)s already.") % {"peer": peer.did},
            part="user",
            remedy=_("A second administrator confirms it too."),
        ) from error


def _voices(peer: Peer) -> int:
    """How many of those who confirmed are still administrators."""
    said = TrustConfirmation.objects.filter(peer=peer, ceremony=peer.ceremony, fingerprint=peer.fingerprint)
    return said.filter(user__in=accounts.with_role(Role.ADMINISTRATOR)).values("user").distinct().count()


def _check_fingerprint(peer: Peer, given: str) -> None:
    pinned = fingerprint_of(peer)
    as_hex = re.sub(r"[\s:-]", "", given).lower()
    as_words = tuple(word.lower() for word in re.split(r"[\s,·-]+", given.strip()))
    if as_hex != pinned.fingerprint and as_words != tuple(word.lower() for word in pinned.words):
        raise Invalid(
            _("This is not the fingerprint of the key at %(url)s.") % {"url": peer.base_url},
            code="fingerprint-mismatch",
            part="fingerprint",
            remedy=_(
                "Compare again by telephone; if it stays different, do not confirm: somebody may stand between you."
            ),
        )


def _plain(base_url: str) -> str:
    """Scheme, host and port in lower case. Raises Invalid for anything but the root of a node."""
    address = base_url.strip().rstrip("/").lower()
    try:
        parts = urlsplit(address)
        standard = parts.port == {"http": 80, "https": 443}.get(parts.scheme)
        did.did_from_url(address)
    except (ValueError, Malformed) as error:
        raise _no_address(base_url) from error
    if parts.path or standard:
        raise _no_address(base_url)
    return address


def _no_address(base_url: str) -> Invalid:
    return Invalid(
        _("%(url)s is not the plain address of a node.") % {"url": base_url[:200]},
        part="base_url",
        remedy=_("Enter it as https://owl.example.org, without a path and without a standard port."),
    )
