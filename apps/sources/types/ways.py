"""How a source sends: the form of its payloads and the way they take."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Format(TextChoices):
    """The form of a payload; ``ingest`` has a reader for each."""

    THINGS_STACK = "things-stack", _("The Things Stack v3")
    CHIRPSTACK = "chirpstack", _("ChirpStack v4")
    AIRROHR = "airrohr", _("airRohr / sensor.community")
    OPENSENSEMAP = "opensensemap", _("openSenseMap")
    NGSI_LD = "ngsi-ld", _("NGSI-LD notification")
    SENSORTHINGS = "sensorthings", _("SensorThings observations")
    CSV = "csv", _("CSV table")


class Transport(TextChoices):
    """The way payloads take to this node."""

    WEBHOOK = "webhook", _("webhook")
    MQTT = "mqtt", _("MQTT")
    FILE = "csv", _("file upload")
