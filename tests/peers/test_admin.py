"""The operator's screens of peers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.peers import services
from apps.peers.models import NodeKey, Peer, PeerKey
from apps.peers.states import PeerState
from tests.peers.city import City

pytestmark = pytest.mark.django_db
LIST, ADD = "admin:peers_peer_changelist", "admin:peers_peer_add"


def act(client: Client, user: User, peer: Peer, action: str, statement: str = "") -> list[str]:
    client.force_login(user)
    data = {"action": action, "_selected_action": [peer.pk], "statement": statement}
    response = client.post(reverse(LIST), data)
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_every_list_and_page_opens(peer: Peer, client: Client, anna: User) -> None:
    services.rotate_key(user=anna)
    client.force_login(anna)
    registered = [model for model in admin.site._registry if model._meta.app_label == "peers"]
    assert len(registered) == 7
    for model in registered:
        name = f"admin:peers_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        for row in model._default_manager.all()[:1]:
            assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_the_ceremony_on_the_screen(node: Any, city: City, client: Client, anna: User, boris: User) -> None:
    client.force_login(anna)
    response = client.post(reverse(ADD), {"base_url": city.base_url, "name": "Detmold"})
    assert response.status_code == 302
    peer = Peer.objects.get()
    words = " ".join(services.fingerprint_of(peer).words)
    page = client.get(reverse("admin:peers_peer_change", args=[peer.pk]))
    assert words in page.content.decode()
    act(client, anna, peer, "confirm", words)
    assert Peer.objects.get().state == PeerState.PROPOSED
    assert act(client, anna, peer, "confirm", words)[-1].startswith("Detmold: ")
    assert Peer.objects.get().state == PeerState.PROPOSED
    act(client, boris, peer, "confirm", words)
    assert Peer.objects.get().state == PeerState.TRUSTED


def test_what_stands_against_an_address_is_shown_beside_it(node: Any, client: Client, anna: User) -> None:
    client.force_login(anna)
    response = client.post(reverse(ADD), {"base_url": "http://127.0.0.1:1", "name": "Nobody"})
    assert response.status_code == 200
    assert "127.0.0.1:1" in response.content.decode()
    assert not Peer.objects.exists()


@pytest.mark.parametrize(
    ("action", "state"), [("suspend", "suspended"), ("remove", "removed"), ("distrust", "proposed")]
)
def test_standing_changes_on_the_screen(peer: Peer, client: Client, anna: User, action: str, state: str) -> None:
    act(client, anna, peer, action, "because")
    row = Peer.objects.get()
    assert (row.state, row.state_reason) == (state, "because")


def test_a_suspended_peer_is_resumed_on_the_screen(peer: Peer, client: Client, anna: User) -> None:
    services.suspend(peer=peer, user=anna, reason="")
    act(client, anna, peer, "resume")
    assert Peer.objects.get().state == PeerState.TRUSTED


def test_staff_without_the_role_changes_nothing(peer: Peer, client: Client, anna: User) -> None:
    anna.roles.filter(role=Role.ADMINISTRATOR).delete()
    act(client, anna, peer, "suspend", "because")
    assert Peer.objects.get().state == PeerState.TRUSTED
    assert client.get(reverse(ADD)).status_code == 403


def test_keys_can_only_be_looked_at(peer: Peer, client: Client, anna: User) -> None:
    client.force_login(anna)
    for model in (NodeKey, PeerKey):
        row = model._default_manager.get()
        url = f"admin:peers_{model._meta.model_name}"
        assert client.get(reverse(f"{url}_add")).status_code == 403
        assert client.post(reverse(f"{url}_change", args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(f"{url}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
