"""This node's own keys: made, rotated, promoted, retired, revoked."""

from __future__ import annotations

import contextlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, StateConflict
from apps.core.guards import advisory_xact_lock
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers import events
from apps.peers.models import NodeKey, Peer, RotationNotice, keyring
from apps.peers.selectors import this_node
from apps.peers.services.administrators import commitment, require_administrator
from apps.peers.states import KEY_LIFETIME, OVERLAP, ROTATE_BEFORE_EXPIRY, NodeKeyState, PeerState
from apps.peers.types import Identity
from apps.wire import envelopes, keys, messages

LOCK = "peers.node-keys"
STOP_WAITING = OVERLAP / 2


def ensure_identity(*, at: datetime | None = None) -> Identity:
    """This node's identity, with a first key made if there is none.

    Key files without rows (a database restored or lost while the key folder survived) are taken over: as the first key
    if there is none, else as a rotation to announce. Raises KeyFileUnsafe, KeyMissing, Conflict if the database belongs
    to another address than ``NODE.base_url``.
    """
    moment = at or clock.now()
    keyring.check_modes()
    with transaction.atomic():
        advisory_xact_lock(LOCK)
        current = NodeKey.objects.current().first()
        if current is None:
            _begin(moment)
        else:
            _check_address(current)
            _adopt_newer(current, moment)
    return this_node(at=moment)


@transaction.atomic
def rotate_key(*, user: User | None = None, at: datetime | None = None) -> NodeKey:
    """Make the next key and owe every trusted peer a notice of it, signed by the old key and the new.

    The old key goes on signing until all have it (``advance_keys``). ``user`` None is the automatic rotation before
    expiry. Raises NotPermitted, StateConflict while an earlier rotation is not finished, KeyMissing.
    """
    moment = at or clock.now()
    if user is not None:
        require_administrator(user)
    advisory_xact_lock(LOCK)
    if NodeKey.objects.filter(state=NodeKeyState.ANNOUNCED).exists():
        raise StateConflict(
            _("An earlier rotation is still being told to the peers."), part="key", remedy=_("See: manage.py peer list")
        )
    old = _signing()
    version = _next_version()
    new = keyring.create(version, _keyid(version))
    return _announce(old, new, version, moment)


def advance_keys(*, at: datetime | None = None) -> int:
    """Move own keys through their lives; returns how many changed. Safe to run at any time, any number of times.

    An announced key signs once every trusted peer has its notice, or half the overlap has passed. A retiring key is
    retired, and its private half destroyed, when it expires. A current key close to its end is rotated.
    """
    moment = at or clock.now()
    with transaction.atomic():
        advisory_xact_lock(LOCK)
        changed = _promote(moment) + _retire(moment)
    current = NodeKey.objects.current().first()
    announced = NodeKey.objects.filter(state=NodeKeyState.ANNOUNCED).exists()
    if current and not announced and current.expires_at - moment < ROTATE_BEFORE_EXPIRY:
        rotate_key(at=moment)
        changed += 1
    return changed


def revoke_key(*, user: User, at: datetime | None = None) -> NodeKey:
    """Give up every key of this node at once – compromised or lost – and begin with a new one.

    No peer can be told over the wire, because whoever holds the old key could say the same: every peer repeats the
    ceremony with the new fingerprint. Raises NotPermitted.
    """
    moment = at or clock.now()
    with transaction.atomic():
        require_administrator(user)
        advisory_xact_lock(LOCK)
        given_up = list(NodeKey.objects.published(moment))
        version = _next_version()
        new = keyring.create(version, _keyid(version))
        NodeKey.objects.filter(pk__in=[row.pk for row in given_up]).update(state=NodeKeyState.REVOKED, ended_at=moment)
        RotationNotice.objects.filter(delivered_at__isnull=True).update(next_attempt_at=None)
        row = _insert(new, version, NodeKeyState.CURRENT, moment)
        decision = commitment(user)
        for old in given_up:
            _record(old.verify_key, old.version, "revoked", moment, statement=decision)
        _record(new.verify_key, version, "created", moment, statement=decision)
        transaction.on_commit(lambda: _destroy(given_up))
    return row


def _begin(moment: datetime) -> None:
    """The first key: of a version above all there ever were, or the newest file there is."""
    found = [version for version in keyring.versions() if not NodeKey.objects.filter(version=version).exists()]
    version = found[-1] if found else _next_version()
    key = keyring.load(version, _keyid(version)) if found else keyring.create(version, _keyid(version))
    _insert(key, version, NodeKeyState.CURRENT, moment)
    _record(key.verify_key, version, "adopted" if found else "created", moment)


def _check_address(current: NodeKey) -> None:
    if current.keyid != _keyid(current.version):
        raise Conflict(
            _("This database belongs to %(keyid)s, but the node's address makes it %(did)s.")
            % {"keyid": current.keyid, "did": settings.NODE.did},
            part="base_url",
            remedy=_("Set OWLNODE_BASE_URL back, or start with an empty database and a new trust ceremony."),
        )


def _adopt_newer(current: NodeKey, moment: datetime) -> None:
    newest = max(keyring.versions(), default=0)
    if newest <= (NodeKey.objects.aggregate(top=Max("version"))["top"] or 0):
        return
    key = keyring.load(newest, _keyid(newest))
    if keyring.path(current.version).exists():
        if not NodeKey.objects.filter(state=NodeKeyState.ANNOUNCED).exists():
            _announce(current.private(), key, newest, moment)
        return
    # A database restored from before a rotation that had ended: peers know only the newer key by now.
    NodeKey.objects.filter(pk=current.pk).update(state=NodeKeyState.RETIRED, ended_at=moment)
    _insert(key, newest, NodeKeyState.CURRENT, moment)
    _record(key.verify_key, newest, "adopted", moment)


def _announce(old: keys.SigningKey, new: keys.SigningKey, version: int, moment: datetime) -> NodeKey:
    row = _insert(new, version, NodeKeyState.ANNOUNCED, moment)
    rotation = messages.KeyRotation(
        did=settings.NODE.did,
        old_keyid=old.keyid,
        new_keyid=new.keyid,
        new_key=new.verify_key.multibase,
        created_at=moment,
        overlap_until=moment + OVERLAP,
        expires_at=row.expires_at,
    )
    sealed = envelopes.seal(rotation, old, new)
    RotationNotice.objects.bulk_create(
        RotationNotice(node_key=row, peer=peer, message=sealed, next_attempt_at=moment if peer.is_trusted else None)
        for peer in Peer.objects.filter(state__in=(PeerState.TRUSTED, PeerState.SUSPENDED))
    )
    events.key_announced.announce(events.KeyAnnounced(version=version))
    _record(new.verify_key, version, "announced", moment, replaces=old.keyid, statement=envelopes.digest(sealed))
    return row


def _promote(moment: datetime) -> int:
    new = NodeKey.objects.filter(state=NodeKeyState.ANNOUNCED).first()
    if new is None:
        return 0
    waiting = RotationNotice.objects.filter(node_key=new, delivered_at__isnull=True, peer__in=Peer.objects.trusted())
    patient = (
        moment - new.created_at < STOP_WAITING and NodeKey.objects.current().filter(expires_at__gt=moment).exists()
    )
    if patient and waiting.exists():
        return 0
    for old in NodeKey.objects.current():
        old.state, old.expires_at = NodeKeyState.RETIRING, min(old.expires_at, new.created_at + OVERLAP)
        old.save(update_fields=["state", "expires_at"])
    new.state, new.current_since = NodeKeyState.CURRENT, moment
    new.save(update_fields=["state", "current_since"])
    _record(new.verify_key, new.version, "current", moment)
    return 1


def _retire(moment: datetime) -> int:
    ended = list(NodeKey.objects.filter(state=NodeKeyState.RETIRING, expires_at__lte=moment))
    for row in ended:
        row.state, row.ended_at = NodeKeyState.RETIRED, moment
        row.save(update_fields=["state", "ended_at"])
        _record(row.verify_key, row.version, "retired", moment)
    if ended:
        transaction.on_commit(lambda: _destroy(ended))
    return len(ended)


def _destroy(rows: list[NodeKey]) -> None:
    for row in rows:
        with contextlib.suppress(FileNotFoundError):
            keyring.path(row.version).unlink()


def _signing() -> keys.SigningKey:
    current: NodeKey = NodeKey.objects.current().get()
    return current.private()


def _insert(key: keys.SigningKey, version: int, state: NodeKeyState, moment: datetime) -> NodeKey:
    row: NodeKey = NodeKey.objects.create(
        version=version,
        keyid=key.keyid,
        public_key=key.verify_key.multibase,
        state=state,
        created_at=moment,
        current_since=moment if state == NodeKeyState.CURRENT else None,
        expires_at=moment + KEY_LIFETIME,
    )
    return row


def _next_version() -> int:
    rows = NodeKey.objects.aggregate(top=Max("version"))["top"] or 0
    return 1 + max(rows, *keyring.versions(), 0)


def _keyid(version: int) -> str:
    return f"{settings.NODE.did}#key-{version}"


def _record(
    key: keys.VerifyKey,
    version: int,
    change: str,
    moment: datetime,
    *,
    replaces: str | None = None,
    statement: str | None = None,
) -> None:
    ledger.append(
        kind=Kind.KEY_CHANGE,
        subject=key.keyid,
        payload={
            "keyid": key.keyid,
            "change": change,
            "owner": settings.NODE.did,
            "version": version,
            "fingerprint": key.fingerprint,
            "replaces": replaces,
            "statement": statement,
        },
        at=moment,
    )
