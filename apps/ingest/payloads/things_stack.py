"""The Things Stack v3: webhooks and MQTT (https://www.thethingsindustries.com/docs/integrations/data-formats).

The stack omits fields that are zero, false or empty: no ``f_cnt`` means 0.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Uplink

OTHER_EVENTS = (
    "uplink_normalized",
    "join_accept",
    "downlink_ack",
    "downlink_nack",
    "downlink_sent",
    "downlink_failed",
    "downlink_queued",
    "downlink_queue_invalidated",
    "location_solved",
    "service_data",
)


def read(body: bytes, context: Context) -> Parsed:
    """One ``uplink_message``; other events by name. Raises Invalid, also for a simulated uplink."""
    document = documents.load_object(body)
    if "uplink_message" not in document:
        event = next((name for name in OTHER_EVENTS if name in document), "")
        if not event:
            raise Invalid(_("There is no “uplink_message”."), part="uplink_message")
        return Parsed(ignored=event)
    message = documents.inner(document, "uplink_message")
    if document.get("simulated") or message.get("simulated"):
        raise Invalid(
            _("Simulated uplinks are not taken: they would stand among measured values."),
            code="simulated-uplink",
            part="simulated",
        )
    return Parsed(uplinks=(_uplink(document, message, documents.raw(body)),))


def _uplink(document: dict[str, Any], message: dict[str, Any], raw: str) -> Uplink:
    received = message.get("received_at") or document.get("received_at")
    count = message.get("f_cnt") or 0
    values = documents.flatten(documents.inner(message, "decoded_payload"))
    device, name = _device(document)
    return Uplink(
        device=device,
        device_name=name,
        time=documents.moment(received, "received_at"),
        counter=f"{documents.text({'f_cnt': count}, 'f_cnt')}@{received}" if received else "",
        values=values,
        place=_place(message),
        raw=raw,
        problem="" if values else "no-decoded-payload" if message.get("frm_payload") else "empty-frame",
        detail="" if values else f"f_port {message.get('f_port') or 0}: the network server decoded nothing",
    )


def _device(document: dict[str, Any]) -> tuple[str, str]:
    """The DevEUI, or application and device id where there is none; and the device id."""
    ids = documents.inner(document, "end_device_ids")
    name = documents.text(ids, "device_id")
    eui = documents.text(ids, "dev_eui").lower()
    application = documents.text(documents.inner(ids, "application_ids"), "application_id")
    if not (eui or name):
        raise Invalid(_("The device is not named."), part="end_device_ids")
    return eui or f"{application}/{name}", name


def _place(message: dict[str, Any]) -> tuple[float, float] | None:
    locations = documents.inner(message, "locations")
    for where in ("frm-payload", "user", *locations):
        found = locations.get(where)
        if isinstance(found, dict) and ("latitude" in found or "longitude" in found):
            return documents.place(found.get("longitude", 0), found.get("latitude", 0))
    return None
