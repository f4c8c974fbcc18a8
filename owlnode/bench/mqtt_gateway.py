"""The publisher of ``./owl bench mqtt``: ``python -m owlnode.bench.mqtt_gateway URL KIND MESSAGES READINGS ID,ID,…``.

Publishes with QoS 1 and at most 2,000 messages in flight; ends when the broker has confirmed the last one. No two
readings share datastream and time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from apps.ingest.mqtt import addresses

START = datetime(2026, 5, 1, tzinfo=UTC)
IN_FLIGHT = 2_000
APPLICATION = "bench"


def uplink(number: int, readings: int, ids: Sequence[int]) -> tuple[str, bytes]:
    """An uplink of The Things Stack: device ``n`` has the values ``v0`` …, every message is a second later."""
    device, step = number % (len(ids) // readings), number // (len(ids) // readings)
    moment = (START + timedelta(seconds=step)).isoformat()
    body = {
        "end_device_ids": {
            "device_id": f"d{device}",
            "application_ids": {"application_id": APPLICATION},
            "dev_eui": f"{device:016X}",
        },
        "received_at": moment,
        "uplink_message": {
            "f_cnt": step,
            "f_port": 1,
            "frm_payload": "AAECAwQFBgc=",
            "decoded_payload": {f"v{place}": round(20 + step % 7 + place / 10, 1) for place in range(readings)},
            "rx_metadata": [{"gateway_ids": {"gateway_id": "rathaus"}, "rssi": -97, "snr": 8.5}],
            "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
            "received_at": moment,
        },
    }
    return f"v3/{APPLICATION}/devices/d{device}/up", json.dumps(body).encode()


def array(number: int, readings: int, ids: Sequence[int]) -> tuple[str, bytes]:
    """``CreateObservations`` with readings of one datastream, a second apart."""
    stream, step = ids[number % len(ids)], number // len(ids) * readings
    rows = [[(START + timedelta(seconds=step + place)).isoformat(), 20 + place / 10] for place in range(readings)]
    part = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    return "create/v1.1/CreateObservations", json.dumps([part]).encode()


def single(number: int, readings: int, ids: Sequence[int]) -> tuple[str, bytes]:
    """One observation."""
    del readings
    stream, moment = ids[number % len(ids)], START + timedelta(seconds=number // len(ids))
    body = {"phenomenonTime": moment.isoformat(), "result": 20 + number % 7 / 10}
    return f"create/v1.1/Datastreams({stream})/Observations", json.dumps(body).encode()


KINDS: Mapping[str, Callable[[int, int, Sequence[int]], tuple[str, bytes]]] = {
    "uplink": uplink,
    "array": array,
    "single": single,
}


def messages(kind: str, count: int, readings: int, ids: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Topics and payloads, made one by one."""
    for number in range(count):
        yield KINDS[kind](number, readings, ids)


def main(url: str, kind: str, count: int, readings: int, ids: Sequence[int]) -> None:
    """Publish all of them."""
    address = addresses.parse(url)
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.max_inflight_messages = IN_FLIGHT
    client.connect(address.host, address.port)
    client.loop_start()
    waiting: list[MQTTMessageInfo] = []
    for topic, payload in messages(kind, count, readings, ids):
        waiting.append(client.publish(topic, payload, qos=1))
        if len(waiting) >= 2 * IN_FLIGHT:
            for one in waiting[:IN_FLIGHT]:
                one.wait_for_publish()
            del waiting[:IN_FLIGHT]
    for one in waiting:
        one.wait_for_publish()
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), [int(word) for word in sys.argv[5].split(",")])
