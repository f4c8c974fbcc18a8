"""Rotations: telling peers of a new key of ours, and believing theirs when the old key and the new both signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.core import clock, duties
from apps.core.errors import Conflict, Invalid, OwlError
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers import clients
from apps.peers.models import NodeKey, Peer, PeerKey, RotationNotice
from apps.peers.services.identity import advance_keys
from apps.peers.states import LONGEST_KEY_LIFETIME, LONGEST_OVERLAP
from apps.peers.types import KeySet
from apps.wire import envelopes, keys, messages
from apps.wire.messages.trust import key_version

PATH = "/peering/v1/keys/rotations"
SKEW = timedelta(seconds=60)


@transaction.atomic
def accept_rotation(*, peer: Peer, envelope: Mapping[str, Any], at: datetime | None = None) -> PeerKey:
    """Pin the new key of a peer; the old one stays good until the overlap ends. The same message twice is as once.

    Raises what ``wire.envelopes.open_rotation`` raises (both signatures are needed), Invalid for another's key or
    impossible times, Conflict unless the version grows.
    """
    moment = at or clock.now()
    row = Peer.objects.select_for_update(of=("self",)).get(pk=peer.pk)
    pinned = {key.keyid: key for key in PeerKey.objects.usable(moment).filter(peer=row)}

    def resolve(keyid: str) -> keys.VerifyKey | None:
        return pinned[keyid].verify_key if keyid in pinned else None

    rotation = envelopes.open_rotation(envelope, resolve)
    _check(rotation, row, moment)
    known: PeerKey | None = pinned.get(rotation.new_keyid)
    if known is not None and known.public_key == rotation.new_key:
        return known
    _check_version(rotation, row)
    return _pin(rotation, row, pinned[rotation.old_keyid], moment, statement=envelopes.digest(envelope))


def due_notices(*, at: datetime | None = None) -> list[int]:
    """The ids of the notices whose time has come."""
    return list(duties.due(RotationNotice.objects.all(), at=at or clock.now()).values_list("pk", flat=True)[:100])


def deliver_notice(*, notice_id: int, at: datetime | None = None) -> bool:
    """Tell one peer of one new key if it is due; whether it knows now. A failure is kept on the row and tried again."""
    moment = at or clock.now()
    for notice in duties.claim(RotationNotice.objects.filter(pk=notice_id), at=moment, limit=1):
        try:
            clients.send(
                peer=notice.peer, method="POST", path=PATH, json=notice.message, key=_old_key(notice).private()
            )
        except OwlError as error:
            duties.fail(notice, error=error, at=moment)
            return False
        with transaction.atomic():
            duties.confirm(notice)
            RotationNotice.objects.filter(pk=notice.pk).update(delivered_at=moment)
            duties.settle(notice, at=moment, next_attempt_at=None)
        advance_keys(at=moment)
        return True
    return False


def _old_key(notice: RotationNotice) -> NodeKey:
    rotation = envelopes.peek(notice.message)
    if not isinstance(rotation, messages.KeyRotation):
        raise Invalid(_("The notice holds no rotation."), part="message")
    row: NodeKey = NodeKey.objects.get(keyid=rotation.old_keyid)
    return row


def _check(rotation: messages.KeyRotation, peer: Peer, moment: datetime) -> None:
    if rotation.did != peer.did:
        raise Invalid(_("A peer rotates only its own key."), part="did")
    if rotation.created_at > moment + SKEW:
        raise Invalid(_("The rotation was made in the future."), part="created_at")
    if rotation.overlap_until > moment + LONGEST_OVERLAP or rotation.expires_at > moment + LONGEST_KEY_LIFETIME:
        raise Invalid(
            _("An overlap lasts at most %(overlap)d days and a key %(life)d.")
            % {"overlap": LONGEST_OVERLAP.days, "life": LONGEST_KEY_LIFETIME.days},
            part="overlap_until",
        )


def _check_version(rotation: messages.KeyRotation, peer: Peer) -> None:
    newest = PeerKey.objects.filter(peer=peer, ceremony=peer.ceremony).aggregate(top=Max("version"))["top"] or 0
    if key_version(rotation.new_keyid) <= newest:
        raise Conflict(
            _("Version %(newest)d of this peer's key is known already; versions only grow.") % {"newest": newest},
            code="key-version",
            part="new_keyid",
        )


def _pin(rotation: messages.KeyRotation, peer: Peer, old: PeerKey, moment: datetime, *, statement: str) -> PeerKey:
    old.expires_at = min(old.expires_at or rotation.overlap_until, rotation.overlap_until)
    old.save(update_fields=["expires_at"])
    new = PeerKey.objects.create(
        peer=peer,
        ceremony=peer.ceremony,
        version=key_version(rotation.new_keyid),
        keyid=rotation.new_keyid,
        public_key=rotation.new_key,
        fingerprint=rotation.verify_key().fingerprint,
        valid_from=moment,
        expires_at=rotation.expires_at,
    )
    usable = PeerKey.objects.usable(moment).filter(peer=peer).order_by("version")
    peer.fingerprint = KeySet.of(row.verify_key.raw for row in usable).fingerprint
    peer.save(update_fields=["fingerprint"])
    ledger.append(
        kind=Kind.KEY_CHANGE,
        subject=new.keyid,
        payload={
            "keyid": new.keyid,
            "change": "rotated",
            "owner": peer.did,
            "version": new.version,
            "fingerprint": new.fingerprint,
            "replaces": old.keyid,
            "statement": statement,
            "expires_at": rotation.expires_at,
        },
        at=moment,
    )
    return new
