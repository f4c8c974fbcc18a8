"""This node's keys: on disk for nobody else's eyes, versions that only grow, an orderly life."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, NotPermitted, StateConflict
from apps.ledger import selectors as ledger
from apps.ledger.types import Kind
from apps.peers import selectors, services
from apps.peers.errors import KeyFileUnsafe, KeyMissing
from apps.peers.models import NodeKey, Peer, RotationNotice, keyring
from apps.peers.states import KEY_LIFETIME, OVERLAP, NodeKeyState
from apps.wire import did
from tests.peers.conftest import Configure

pytestmark = pytest.mark.django_db


def states() -> dict[int, str]:
    return dict(NodeKey.objects.order_by("version").values_list("version", "state"))


def test_the_first_start_makes_a_key_that_only_the_owner_can_read(node: Any) -> None:
    file = keyring.path(1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert node.keyid == f"{settings.NODE.did}#key-1"
    assert services.ensure_identity() == node
    assert [entry.payload["change"] for entry in ledger.entries(kind=Kind.KEY_CHANGE)] == ["created"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_node_does_not_start_with_a_key_file_open_to_others(node: Any, mode: int) -> None:
    keyring.path(1).chmod(mode)
    with pytest.raises(KeyFileUnsafe):
        keyring.check_modes()
    with pytest.raises(KeyFileUnsafe):
        services.ensure_identity()
    with pytest.raises(KeyFileUnsafe):
        selectors.signing_key()


def test_a_folder_others_can_write_into_is_refused(node: Any) -> None:
    keyring.folder().chmod(0o777)
    with pytest.raises(KeyFileUnsafe):
        keyring.check_modes()


def test_a_lost_key_file_is_a_clear_error_with_the_way_out(node: Any) -> None:
    keyring.path(1).unlink()
    with pytest.raises(KeyMissing) as caught:
        selectors.signing_key()
    assert "key loss" in str(caught.value.remedy)


def test_the_file_of_another_node_is_noticed(node: Any) -> None:
    keyring.path(1).unlink()
    keyring.create(1, node.keyid)
    with pytest.raises(KeyMissing):
        selectors.signing_key()


def test_a_lost_database_takes_its_surviving_key_up_again(node: Any) -> None:
    NodeKey.objects.all().delete()
    assert services.ensure_identity() == node


def test_a_moved_address_is_refused(node: Any, configure: Configure) -> None:
    configure(base_url="https://elsewhere.example")
    with pytest.raises(Conflict):
        services.ensure_identity()


def test_the_document_lists_the_current_key(node: Any) -> None:
    found = did.parse(selectors.document())
    assert [key.keyid for key in found.keys] == [node.keyid]
    assert found.endpoint("OwlPeering") == f"{node.base_url}/peering/v1"
    assert selectors.own_fingerprint().words == node.words


def test_without_peers_a_rotation_takes_effect_at_once(node: Any, anna: User) -> None:
    new = services.rotate_key(user=anna)
    assert states() == {1: "current", 2: "announced"}
    assert services.advance_keys() == 1
    assert states() == {1: "retiring", 2: "current"}
    assert selectors.signing_key().keyid == new.keyid
    assert [key.keyid[-1] for key in did.parse(selectors.document()).keys] == ["1", "2"]


def test_a_new_key_signs_only_once_every_peer_has_been_told(peer: Peer, anna: User) -> None:
    services.rotate_key(user=anna)
    assert services.advance_keys() == 0
    assert selectors.signing_key().keyid.endswith("#key-1")
    assert len(selectors.published_keys()) == 2
    RotationNotice.objects.update(delivered_at=clock.now())
    services.advance_keys()
    assert selectors.signing_key().keyid.endswith("#key-2")


def test_a_silent_peer_does_not_hold_up_a_rotation_for_ever(peer: Peer, anna: User) -> None:
    services.rotate_key(user=anna)
    services.advance_keys(at=clock.now() + OVERLAP / 2 + timedelta(seconds=1))
    assert states() == {1: "retiring", 2: "current"}
    assert RotationNotice.objects.get().next_attempt_at is not None


def test_nobody_waits_for_a_peer_with_a_key_that_has_expired(peer: Peer) -> None:
    later = clock.now() + KEY_LIFETIME + timedelta(days=1)
    services.advance_keys(at=later)
    services.advance_keys(at=later)
    assert states()[2] == "current"


def test_the_old_key_is_destroyed_when_the_overlap_ends(
    node: Any, anna: User, django_capture_on_commit_callbacks: Any
) -> None:
    services.rotate_key(user=anna)
    services.advance_keys()
    with django_capture_on_commit_callbacks(execute=True):
        services.advance_keys(at=clock.now() + OVERLAP + timedelta(seconds=1))
    assert states() == {1: "retired", 2: "current"}
    assert keyring.versions() == [2]


def test_one_rotation_at_a_time(peer: Peer, anna: User) -> None:
    services.rotate_key(user=anna)
    with pytest.raises(StateConflict):
        services.rotate_key(user=anna)


def test_a_key_is_rotated_before_it_expires(node: Any) -> None:
    later = clock.now() + KEY_LIFETIME - timedelta(days=30)
    services.advance_keys(at=later)
    assert states() == {1: "current", 2: "announced"}


def test_only_an_administrator_rotates_or_revokes(node: Any, anna: User) -> None:
    anna.roles.all().delete()
    for act in (services.rotate_key, services.revoke_key):
        with pytest.raises(NotPermitted):
            act(user=anna)


def test_revoking_gives_up_every_key_and_begins_with_a_higher_version(
    peer: Peer, anna: User, django_capture_on_commit_callbacks: Any
) -> None:
    services.rotate_key(user=anna)
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke_key(user=anna)
    assert states() == {1: "revoked", 2: "revoked", 3: "current"}
    assert keyring.versions() == [3]
    assert [key.keyid[-1] for key in did.parse(selectors.document()).keys] == ["3"]
    assert RotationNotice.objects.get().next_attempt_at is None


def test_a_key_lost_with_its_disk_is_replaced_by_revoking(node: Any, anna: User) -> None:
    keyring.path(1).unlink()
    services.revoke_key(user=anna)
    assert selectors.signing_key().keyid.endswith("#key-2")


def test_a_database_restored_from_before_a_finished_rotation_uses_the_newer_key(node: Any) -> None:
    keyring.create(2, f"{settings.NODE.did}#key-2")
    keyring.path(1).unlink()
    assert services.ensure_identity().keyid.endswith("#key-2")
    assert states() == {1: "retired", 2: "current"}


def test_a_key_file_without_a_row_is_announced_not_used(node: Any) -> None:
    keyring.create(2, f"{settings.NODE.did}#key-2")
    assert services.ensure_identity().keyid.endswith("#key-1")
    assert states() == {1: "current", 2: "announced"}


def test_no_version_is_ever_used_twice(node: Any, anna: User) -> None:
    keyring.create(7, "left over")
    assert services.rotate_key(user=anna).version == 8


def test_a_private_key_never_shows_itself(node: Any) -> None:
    key = selectors.signing_key()
    secret = key.private.private_bytes_raw().hex()
    assert secret not in repr(key)
    assert "PRIVATE" not in repr(key)
    assert Path(settings.NODE.keys_dir).is_dir()


def test_states_name_what_is_published() -> None:
    assert NodeKeyState.RETIRED not in NodeKey.objects.published(clock.now()).values_list("state", flat=True)
