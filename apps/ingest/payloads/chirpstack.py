"""ChirpStack v4: HTTP and MQTT integration, JSON encoding (https://www.chirpstack.io/docs/chirpstack/integrations)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Uplink

UP = "up"
OTHER_EVENTS = frozenset({"status", "join", "ack", "txack", "log", "location", "integration"})


def read(body: bytes, context: Context) -> Parsed:
    """One ``up`` event; other events by name. The event is named by the query or the end of the topic. Raises
    Invalid."""
    event = context.query.get("event") or context.topic.rpartition("/event/")[2]
    if event in OTHER_EVENTS:
        return Parsed(ignored=event)
    if event != UP:
        raise Invalid(
            _("The event is not named, or not one of ChirpStack’s."),
            part="event",
            remedy=_("Append ?event=up, as ChirpStack does, or send to …/event/up."),
        )
    document = documents.load_object(body)
    info = documents.inner(document, "deviceInfo")
    device = documents.text(info, "devEui").lower()
    if not device:
        raise Invalid(_("The device is not named."), part="deviceInfo.devEui")
    values = documents.flatten(documents.inner(document, "object"))
    time = document.get("time")
    count = documents.text(document, "fCnt") or "0"
    return Parsed(
        uplinks=(
            Uplink(
                device=device,
                device_name=documents.text(info, "deviceName"),
                time=documents.moment(time, "time"),
                counter=documents.text(document, "deduplicationId") or (f"{count}@{time}" if time else ""),
                values=values,
                raw=documents.raw(body),
                problem="" if values else "no-decoded-payload" if document.get("data") else "empty-frame",
                detail="" if values else f"fPort {document.get('fPort') or 0}: the network server decoded nothing",
            ),
        )
    )
