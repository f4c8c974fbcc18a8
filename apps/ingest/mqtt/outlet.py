"""The publisher's way to the broker: QoS 1, a bounded number in flight, and an answer for every message."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Protocol

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from apps.core.errors import Unavailable
from apps.ingest.mqtt.addresses import Address
from apps.ingest.mqtt.rendering import Announcement
from apps.ingest.mqtt.types import MARK

KEEPALIVE_S = 30
ANSWER_S = 30.0
IN_FLIGHT = 1_000


class Outlet(Protocol):
    """Where announcements go: a broker, or a test."""

    def publish(self, announcements: Iterable[Announcement]) -> int:
        """Publish all of them; returns how many, once the broker has every one. Raises Unavailable."""
        ...


class BrokerOutlet:
    """A connection of its own, opened when first needed and anew after every failure."""

    def __init__(self, address: Address, *, client_id: str, did: str) -> None:
        self.address = address
        self._client_id = client_id
        self._did = did
        self._client: Client | None = None
        self._refused = ""

    def publish(self, announcements: Iterable[Announcement]) -> int:
        """See ``Outlet``. Half of what is in flight is waited for whenever the rest is full: memory stays bounded."""
        waiting: list[MQTTMessageInfo] = []
        count = 0
        client = self._opened()
        try:
            for topic, payload in announcements:
                waiting.append(client.publish(topic, payload, qos=1, properties=self._properties()))
                count += 1
                if len(waiting) >= 2 * IN_FLIGHT:
                    self._settle(waiting[:IN_FLIGHT])
                    del waiting[:IN_FLIGHT]
            self._settle(waiting)
        except Unavailable:
            self.close()
            raise
        return count

    def close(self) -> None:
        """Take leave; the next ``publish`` connects again."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _settle(self, sent: list[MQTTMessageInfo]) -> None:
        deadline = time.monotonic() + ANSWER_S
        for one in sent:
            if one.rc not in {MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN}:
                raise Unavailable(f"The broker {self.address} does not take announcements: {one.rc.name}.")
            while not one.is_published():
                if time.monotonic() > deadline or self._client is None or not self._client.is_connected():
                    raise Unavailable(f"The broker {self.address} does not answer.")
                one.wait_for_publish(0.2)
        if self._refused:
            reason, self._refused = self._refused, ""
            raise Unavailable(
                f"The broker {self.address} refuses an announcement: {reason}.",
                remedy="Let the node's user write to v1.1/# (docs/intake.md).",
            )

    def _opened(self) -> Client:
        if self._client is not None and self._client.is_connected():
            return self._client
        self.close()
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        if self.address.name:
            client.username_pw_set(self.address.name, self.address.password)
        if self.address.tls:
            client.tls_set_context(self.address.context())
        client.max_inflight_messages = IN_FLIGHT
        client.on_publish = self._on_publish
        try:
            client.connect(self.address.host, self.address.port, keepalive=KEEPALIVE_S)
        except OSError as error:
            raise Unavailable(f"The broker {self.address} cannot be reached: {error}.") from error
        client.loop_start()
        self._client = client
        deadline = time.monotonic() + ANSWER_S
        while not client.is_connected():
            if time.monotonic() > deadline or client.socket() is None:
                self.close()
                raise Unavailable(f"The broker {self.address} does not let us in.")
            time.sleep(0.01)
        return client

    def _properties(self) -> Properties:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call] # paho's
        properties.UserProperty = (MARK, self._did)
        return properties

    def _on_publish(self, client: Client, data: object, mid: int, reason: ReasonCode, properties: Properties) -> None:
        if reason.is_failure:
            self._refused = str(reason)
