"""What the standard asks for under each name that the landing page announces (OGC 18-088, its requirements classes)."""

from __future__ import annotations

SPEC = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
REQUEST_DATA = (
    "status-code",
    "query-status-code",
    "order",
    "expand",
    "select",
    "orderby",
    "top",
    "skip",
    "count",
    "filter",
    "built-in-filter-operations",
    "built-in-query-functions",
    "pagination",
)
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "datamodel/entity-control-information": ("common-control-information",),
    "datamodel/thing": ("properties", "relations"),
    "datamodel/location": ("properties", "relations"),
    "datamodel/historical-location": ("properties", "relations"),
    "datamodel/datastream": ("properties", "relations"),
    "datamodel/sensor": ("properties", "relations"),
    "datamodel/observed-property": ("properties", "relations"),
    "datamodel/observation": ("properties", "relations"),
    "datamodel/feature-of-interest": ("properties", "relations"),
    "resource-path/resource-path-to-entities": (),
    "request-data": REQUEST_DATA,
    "create-update-delete/create-entity": (),
    "create-update-delete/link-to-existing-entities": (),
    "create-update-delete/deep-insert": (),
    "create-update-delete/deep-insert-status-code": (),
    "create-update-delete/update-entity": (),
    "create-update-delete/update-entity-put": (),
    "create-update-delete/update-entity-jsonpatch": (),
    "create-update-delete/delete-entity": (),
    "create-update-delete/historical-location-auto-creation": (),
    "create-update-delete/historical-location-manual-creation": (),
    "batch-request/batch-request": (),
    "data-array/data-array": (),
}
"""Requirements by what is announced: those of a class, none where a requirement is announced by itself."""
EXTENSIONS = ("multi-datastream", "create-observations-via-mqtt", "receive-updates-via-mqtt")
"""What this node does not announce: not asked for, or done otherwise (docs/mqtt.md)."""


def names() -> list[str]:
    """Every requirement by its name after ``req/``."""
    return [f"{group}/{one}" if one else group for group, inside in REQUIREMENTS.items() for one in inside or ("",)]


def function_name(requirement: str) -> str:
    """What a test of it is called, up to the two underscores before what of it is tested."""
    return "test_req_" + requirement.replace("/", "_").replace("-", "_")
