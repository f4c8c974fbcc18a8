"""The connection to the broker: one thread that reads, acknowledges, subscribes, and connects again when it broke.

MQTT 5 with a session that outlives the connection (clean start off, no expiry of ours). The loop is our own, on paho's
calls for foreign loops: it stops reading when memory is full – the broker then holds back – and still writes, so that
acknowledgements make room again.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from apps.core import clock, duties
from apps.ingest.mqtt.addresses import Address
from apps.ingest.mqtt.types import MARK, MAX_PACKET_BYTES, Limits, Message
from apps.ingest.mqtt.waiting import Waiting

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

log = logging.getLogger(__name__)
KEEPALIVE_S = 30
CONNECT_S = 5.0
LONGEST_PAUSE_S = 60.0
TICK_S = 1.0
READS_AT_ONCE = 500
NEVER = 0xFFFFFFFF


class Connection(threading.Thread):
    """The bridge's ``Inbox``. ``start`` it, tell it what to ``subscribe``, ``close`` it at the end."""

    def __init__(self, address: Address, *, client_id: str, limits: Limits) -> None:
        super().__init__(name="mqtt", daemon=True)
        self.address = address
        self.limits = limits
        self.waiting = Waiting(limits)
        self.number = 0
        self.connected = threading.Event()
        self.last_error = ""
        self._client_id = address.client or client_id
        self._wanted: frozenset[str] = frozenset()
        self._held: frozenset[str] = frozenset()
        self._settled: tuple[int, frozenset[str]] | None = None
        self._unconfirmed: set[int | None] = set()
        self._acks: deque[Message] = deque()
        self._closing = threading.Event()
        self._waker, self._wakes = socket.socketpair()
        self._wakes.setblocking(False)
        self._waker.setblocking(False)
        self._client = self._make_client()

    @property
    def is_subscribed(self) -> bool:
        """Whether the broker has confirmed every subscription of this connection."""
        return self.connected.is_set() and self._settled == (self.number, self._wanted) and not self._unconfirmed

    # What the other threads call

    def receive(self, seconds: float) -> Message | None:
        """See ``Inbox``."""
        return self.waiting.take(seconds)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """See ``Inbox``. Only hands over: what belongs to an earlier connection will be sent again anyway."""
        self._acks.extend(message for message in messages if message.qos > 0)
        self.waiting.settle(messages)
        self._wake()

    def subscribe(self, filters: frozenset[str], *, held: frozenset[str] = frozenset()) -> None:
        """From now on exactly these topic filters (MQTT 5, section 4.7), now and after every reconnect.

        ``held`` are filters that the session may still have from an earlier process; it outlives us, so they are taken
        back by name.
        """
        self._held |= held
        self._wanted = filters
        self._wake()

    def close(self) -> None:
        """Read nothing more, but go on acknowledging until ``finish``."""
        self._closing.set()
        self._wake()

    def finish(self, seconds: float = 5.0) -> None:
        """Send what is acknowledged, take leave (the session stays) and end the thread."""
        self.close()
        deadline = time.monotonic() + seconds
        while self.connected.is_set() and (self._acks or self._client.want_write()) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._finished = True
        self._wake()
        self.join(seconds)

    # The thread

    _finished = False

    def run(self) -> None:
        """Connect, serve, and again; a little later after each failure, at random within limits."""
        attempts = 0
        while not self._finished:
            try:
                self._connect()
                began = time.monotonic()
                self._serve()
                attempts = 0 if time.monotonic() - began > LONGEST_PAUSE_S else attempts
            except (OSError, ValueError) as error:
                self._note(f"{type(error).__name__}: {error}")
            self._lost()
            if not self._finished:
                self._pause(duties.backoff(attempts, base_seconds=0.5, cap_seconds=LONGEST_PAUSE_S))
                attempts += 1
        self._client.disconnect()
        self._client.loop_write()

    def _make_client(self) -> Client:
        five = self.address.version == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if five else False,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        if self.address.name:
            client.username_pw_set(self.address.name, self.address.password)
        if self.address.tls:
            client.tls_set_context(self.address.context())
        client.connect_timeout = CONNECT_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        # With this set paho leaves writing to our loop instead of doing it for every single acknowledgement.
        client.on_socket_register_write = lambda *_: None
        client.on_socket_unregister_write = lambda *_: None
        return client

    def _connect(self) -> None:
        if self.address.version != "5":
            self._client.connect(self.address.host, self.address.port, keepalive=KEEPALIVE_S)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho's
        properties.SessionExpiryInterval = NEVER
        properties.ReceiveMaximum = min(self.limits.messages, 65_535)
        properties.MaximumPacketSize = MAX_PACKET_BYTES
        self._client.connect(
            self.address.host, self.address.port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties
        )

    def _serve(self) -> None:
        """Until the connection breaks or ``finish`` is called."""
        while not self._finished:
            connection = self._client.socket()
            if connection is None:
                return
            if self._wait_for(connection) and not self._read():
                return
            self._send_acks()
            self._settle_filters()
            if not self._ok(self._client.loop_write()) or not self._ok(self._client.loop_misc()):
                return

    def _wait_for(self, connection: SocketLike) -> bool:
        """Until there is something to do, a second at the most; whether the broker has sent something we may read."""
        may_read = self._may_read()
        # TLS reads ahead: what lies decrypted in its buffer no longer shows at the socket.
        buffered = may_read and isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
        reads = [self._wakes, connection] if may_read else [self._wakes]
        writes = [connection] if self._client.want_write() else []
        readable, _writable, _ = select.select(reads, writes, [], 0 if buffered else TICK_S)
        if self._wakes in readable:
            self._drain_wakes()
        return buffered or connection in readable

    def _may_read(self) -> bool:
        return self.waiting.has_room and not (self._closing.is_set() and self.connected.is_set())

    def _read(self) -> bool:
        """Read what has come, packet by packet, as long as there is room; False when the connection broke."""
        for _ in range(READS_AT_ONCE):
            before = self.waiting.messages
            if not self._ok(self._client.loop_read()):
                return False
            if self.waiting.messages == before or not self._may_read():
                break
        return True

    def _send_acks(self) -> None:
        while self._acks:
            message = self._acks.popleft()
            if message.connection == self.number:
                self._client.ack(message.mid, message.qos)

    def _settle_filters(self) -> None:
        """Subscribe and take back what differs; after a connect all over again, since a broker may lose sessions."""
        wanted = self._wanted
        if not self.connected.is_set() or self._settled == (self.number, wanted):
            return
        is_same_connection = self._settled is not None and self._settled[0] == self.number
        if gone := sorted(self._held - wanted):
            self._client.unsubscribe(gone)
        fresh = sorted(wanted - self._held if is_same_connection else wanted)
        if fresh and self.address.version == "5":
            # What a broker retains is no new reading.
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
            self._unconfirmed.add(self._client.subscribe([(one, options) for one in fresh])[1])
        elif fresh:
            self._unconfirmed.add(self._client.subscribe([(one, 1) for one in fresh])[1])
        self._held, self._settled = wanted, (self.number, wanted)

    def _ok(self, code: MQTTErrorCode) -> bool:
        if code in {MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_AGAIN}:
            return True
        self._note(self.last_error or code.name)
        return False

    def _lost(self) -> None:
        """Nothing that waits can be acknowledged any more; the broker has all of it and sends it again."""
        self.connected.clear()
        self.number += 1
        self._unconfirmed.clear()
        self._acks.clear()
        self.waiting.forget()

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._finished and (left := deadline - time.monotonic()) > 0:
            select.select([self._wakes], [], [], left)
            self._drain_wakes()

    def _note(self, error: str) -> None:
        self.last_error = error[:300]
        log.warning("the broker is not connected", extra={"broker": str(self.address), "error": self.last_error})

    def _wake(self) -> None:
        try:
            self._waker.send(b"\0")
        except BlockingIOError:  # it has been woken often enough
            return

    def _drain_wakes(self) -> None:
        try:
            while self._wakes.recv(4_096):
                pass
        except BlockingIOError:
            return

    # What paho calls, in the thread

    def _on_connect(
        self, client: Client, data: object, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self.last_error = f"refused: {reason}"
            return
        self.last_error = ""
        self.connected.set()
        log.info("connected", extra={"broker": str(self.address), "session": bool(flags.session_present)})

    def _on_disconnect(
        self, client: Client, data: object, flags: DisconnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self.connected.clear()
        if flags.is_disconnect_packet_from_server:
            self.last_error = str(reason)

    def _on_subscribe(
        self, client: Client, data: object, mid: int, reasons: Sequence[ReasonCode], properties: Properties | None
    ) -> None:
        self._unconfirmed.discard(mid)
        if refused := [str(reason) for reason in reasons if reason.is_failure]:
            self._note(f"{len(refused)} subscriptions were refused: {refused[0]}")

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self.waiting.put(
            Message(
                topic=topic,
                payload=bytes(message.payload),
                mid=message.mid,
                qos=message.qos,
                again=message.dup,
                connection=self.number,
                received_at=clock.now(),
                is_ours=_is_marked(message.properties),
            )
        )


def _is_marked(properties: Properties | None) -> bool:
    """Whether a node announced this message."""
    return properties is not None and any(name == MARK for name, _value in getattr(properties, "UserProperty", ()))
