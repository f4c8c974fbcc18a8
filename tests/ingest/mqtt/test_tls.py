"""TLS to a real broker: only whoever the right authority vouches for, under the right name; no secret in any log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.core.errors import Invalid
from apps.core.models import Heartbeat
from apps.ingest.mqtt import addresses
from apps.ingest.mqtt.connection import Connection
from apps.ingest.mqtt.types import Limits
from apps.sensors.models import Quarantined
from apps.sources import services as sources
from apps.sources.types import Format, Transport
from owlnode.embedded.mosquitto import Mosquitto
from tests.ingest.mqtt.authority import Authority
from tests.ingest.mqtt.conftest import BRIDGE, Gateway, Process, wait_until

PASSWORD = "geheim-17"
MakeBroker = Callable[..., Mosquitto]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom the bridge trusts."""
    return Authority(tmp_path)


@pytest.fixture
def connections() -> Iterator[Callable[[str], Connection]]:
    """Starts connections that listen to ``t/#``, and closes them at the end."""
    made: list[Connection] = []

    def connect(url: str) -> Connection:
        made.append(Connection(addresses.parse(url), client_id="bridge", limits=Limits()))
        made[-1].subscribe(frozenset({"t/#"}))
        made[-1].start()
        return made[-1]

    yield connect
    for one in made:
        one.finish()


def _url(broker: Mosquitto, authority: Authority, *, host: str = "127.0.0.1") -> str:
    return f"mqtts://owl:{PASSWORD}@{host}:{broker.port}?ca={authority.path}"


def _broker(make_broker: MakeBroker, authority: Authority, **more: str) -> Mosquitto:
    return make_broker(passwords={"owl": PASSWORD}, settings=authority.certify(**more))


def test_it_comes_in_where_the_right_authority_vouches(
    make_broker: MakeBroker, authority: Authority, connections: Callable[[str], Connection]
) -> None:
    broker = _broker(make_broker, authority)
    connection = connections(_url(broker, authority))
    wait_until(lambda: connection.is_subscribed, "it is subscribed")
    gateway = Gateway(_url(broker, authority))
    gateway.publish(*[("t/a", bytes(40_000)) for _ in range(20)])  # more than one record of TLS each
    came = [connection.receive(20.0) for _ in range(20)]
    gateway.close()
    assert [len(message.payload) for message in came if message] == [40_000] * 20


@pytest.mark.parametrize(
    ("host", "trusts", "says"),
    [("127.0.0.1", "another", "certificate verify failed"), ("localhost", "authority", "Hostname mismatch")],
    ids=["another authority", "another host name"],
)
def test_it_refuses_whom_it_cannot_trust_and_keeps_trying(
    make_broker: MakeBroker,
    authority: Authority,
    connections: Callable[[str], Connection],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    *,
    host: str,
    trusts: str,
    says: str,
) -> None:
    another = Authority(tmp_path, "another")
    broker = _broker(make_broker, authority)
    connection = connections(_url(broker, another if trusts == "another" else authority, host=host))
    wait_until(lambda: connection.number >= 2, "it has tried twice")
    assert not connection.connected.is_set()
    assert says in connection.last_error
    assert f"mqtts://{host}:{broker.port}" in str([record.__dict__ for record in caplog.records])
    assert PASSWORD not in str([record.__dict__ for record in caplog.records])


def test_it_comes_in_once_the_broker_has_the_right_certificate(
    make_broker: MakeBroker, authority: Authority, connections: Callable[[str], Connection], tmp_path: Path
) -> None:
    broker = _broker(make_broker, authority, address="127.0.0.9")
    connection = connections(_url(broker, authority))
    wait_until(lambda: "IP address mismatch" in connection.last_error, "the wrong address is noticed")
    broker.stop()
    authority.certify()
    broker.start()
    wait_until(connection.connected.is_set, "it is let in")
    assert connection.last_error == ""


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_said_at_once(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Invalid, match=r"ca\.pem") as refused:
        addresses.usable(f"mqtts://owl:{PASSWORD}@127.0.0.1:8883?ca={path}")
    assert PASSWORD not in f"{refused.value.message}{refused.value.remedy}"


@pytest.mark.django_db(transaction=True)
def test_the_bridge_takes_in_over_tls_and_tells_no_secret(
    make_broker: MakeBroker, authority: Authority, tmp_path: Path
) -> None:
    broker = _broker(make_broker, authority)
    sources.create_source(
        slug="lora", name="LoRa", format=Format.THINGS_STACK, transport=Transport.MQTT, options={"topics": "t/#"}
    )
    bridge = Process(list(BRIDGE), _url(broker, authority), tmp_path / "bridge.log")
    try:
        wait_until(
            lambda: (
                bridge.process.poll() is not None or any(row.report.get("connected") for row in Heartbeat.objects.all())
            ),
            "the bridge has subscribed",
        )
        gateway = Gateway(_url(broker, authority))
        gateway.publish(("t/a", json.dumps({"nonsense": True}).encode()))
        gateway.close()
        wait_until(Quarantined.objects.exists, "the payload lies in quarantine")
        assert bridge.terminate() == 0
    finally:
        bridge.kill()
    assert PASSWORD not in bridge.text()
    assert PASSWORD not in str(list(Heartbeat.objects.values()))
