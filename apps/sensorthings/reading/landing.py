"""The landing page (OGC 18-088, section 9.2.1): entity sets with absolute addresses, and what is conformed to."""

from __future__ import annotations

import orjson
from django.conf import settings
from django.http import HttpResponse

from apps.sensorthings.entities import SETS, EntityType
from apps.sensorthings.errors import JSON

ROOT = "/sta/v1.1"
_SPEC = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMANCE: list[str] = [
    *(
        f"{_SPEC}datamodel/{name}"
        for name in (
            "entity-control-information",
            "thing",
            "location",
            "historical-location",
            "datastream",
            "sensor",
            "observed-property",
            "observation",
            "feature-of-interest",
        )
    ),
    f"{_SPEC}resource-path/resource-path-to-entities",
    f"{_SPEC}request-data",
    f"{_SPEC}data-array/data-array",
    *(
        f"{_SPEC}create-update-delete/{name}"
        for name in (
            "create-entity",
            "link-to-existing-entities",
            "deep-insert",
            "deep-insert-status-code",
            "update-entity",
            "update-entity-put",
            "update-entity-jsonpatch",
            "delete-entity",
            "historical-location-auto-creation",
            "historical-location-manual-creation",
        )
    ),
    f"{_SPEC}batch-request/batch-request",
]
"""What of OGC 18-088 this server meets; the tests of its requirements bear their names (docs/sensorthings.md)."""


def root() -> str:
    """The public address of the API, without a slash at the end; from the settings, so right behind any proxy."""
    return f"{settings.NODE.base_url}{ROOT}"


def address(entity: EntityType, key: int) -> str:
    """The public address of an entity."""
    return f"{root()}/{entity.name}({key})"


def page() -> HttpResponse:
    """``value`` with exactly the entity sets, and ``serverSettings``."""
    here = root()
    body = {
        "value": [{"name": name, "url": f"{here}/{name}"} for name in SETS],
        "serverSettings": {"conformance": CONFORMANCE},
    }
    return HttpResponse(orjson.dumps(body), content_type=JSON)
