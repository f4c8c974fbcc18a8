"""Steps of the tests' hand that change a node: the same services that its operators' screens call."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from apps.accounts import selectors as accounts_read
from apps.accounts import services as accounts
from apps.agreements import services as agreements
from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset
from apps.peers import services as peers
from apps.peers.models import Peer
from apps.provider import services as provider
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sensors.models import Datastream
from owlnode.region.staging import people


def prepare(credentials: str) -> dict[str, Any]:
    """Keys, partitions, people; this node's entry of the region's trust file."""
    return people.prepare(credentials=Path(credentials))


def trust(file: str) -> int:
    """Trust everybody in the prepared file."""
    return len(peers.trust_from_file(path=Path(file)))


def gateway(name: str) -> str:
    """A gateway's token; the secret."""
    user = accounts.create_principal(kind="service", name=name)
    _token, secret = accounts.issue_token(name=name, user=user, scopes=["ingest:write"], expires_at=None)
    return secret


def device(key: str, name: str, streams: list[str]) -> dict[str, int]:
    """Register (or describe anew) one mast with these streams; external key → id."""
    spec = sensor_types.Device(
        external_key=key,
        name=name,
        place=sensor_types.Place(name="Markt", longitude=8.53, latitude=52.02),
        streams=tuple(
            sensor_types.StreamSpec(
                external_key=f"{key}/{stream}",
                name=f"{name} {stream}",
                sensor=sensor_types.SensorSpec(external_key="probe", name="Probe"),
                observed_property=sensor_types.ObservedPropertySpec(external_key=stream, name=stream),
                unit_symbol="°C",
            )
            for stream in streams
        ),
    )
    return dict(sensors.register(devices=[spec]))


def dataset(slug: str, keys: list[str], title: str = "", sensitivity: str = "environment") -> int:
    """A dataset of these streams without any terms; how many streams it has."""
    catalogue.create_dataset(
        identifier=slug,
        title_de=title or slug,
        title_en=title or slug,
        department=people.department(),
        sensitivity=sensitivity,
    )
    return members(slug, keys)


def prepare_terms(slug: str, terms: dict[str, Any], reason: str = "") -> int:
    """The steward drafts terms and signs them; the number of the version, which waits for the others.

    With a ``reason`` they may be finer than the class of the data allows, as long as the others sign that, too.
    """
    steward = people.person("steward")
    version = catalogue.draft_terms(dataset=_dataset(slug), terms=terms, override_reason=reason, user=steward)
    return catalogue.prepare(version=version, user=steward).number


def publish(slug: str, keys: list[str], terms: dict[str, Any], standing: bool = True) -> int:
    """A dataset of these streams, released by three people and offered; how many streams it has."""
    count = dataset(slug, keys)
    made = _dataset(slug)
    version = catalogue.draft_terms(dataset=made, terms=terms)
    version = catalogue.prepare(version=version, user=people.person("steward"))
    version = catalogue.release(version=version, user=people.person("owner"))
    agreements.publish_offer(dataset=made, terms_version=version, user=people.person("owner"), standing=standing)
    return count


def members(slug: str, keys: list[str]) -> int:
    """Let a dataset consist of these streams from now on."""
    ids = list(Datastream.objects.filter(origin="", external_key__in=keys).order_by("id").values_list("id", flat=True))
    catalogue.set_members(dataset=_dataset(slug), datastream_ids=ids)
    return len(ids)


def request(slug: str, owner: str, purpose: str = "") -> str:
    """Ask a city for an agreement about one of its datasets."""
    peer = Peer.objects.get(name=owner)
    asked = agreements.request_agreement(
        peer=peer, dataset_identifier=slug, purpose=purpose, user=people.person("owner")
    )
    return str(asked.state)


def erase(key: str, start: str, end: str) -> int:
    """Delete an own stream's readings from ``start`` to before ``end``; how many."""
    stream = Datastream.objects.get(origin="", external_key=key)
    return sensors.delete(
        datastream_id=stream.pk,
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end),
        reason="sensor was being cleaned",
    )


def withdraw(uid: str) -> str:
    """The owner takes the data back."""
    return provider.withdraw(agreement_uid=uid, user=people.person("owner"), reason="test").state


def suspend(peer: str) -> str:
    """An administrator suspends a peer."""
    return _administered(peers.suspend(peer=Peer.objects.get(name=peer), user=_administrator(), reason="test"))


def resume(peer: str) -> str:
    """An administrator takes up with a suspended peer again."""
    return _administered(peers.resume(peer=Peer.objects.get(name=peer), user=_administrator()))


def _dataset(slug: str) -> Dataset:
    found = catalogue_read.find(slug)
    if found is None:
        raise LookupError(slug)
    return found


def _administered(peer: Peer) -> str:
    return str(peer.state)


def _administrator() -> Any:
    return accounts_read.person(username="administrator")
