"""REST framework and the OpenAPI document of the edge ``api``."""

from __future__ import annotations

from typing import Any

FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}
DOCUMENT: dict[str, Any] = {
    "TITLE": "OWL node",
    "DESCRIPTION": "Open data of one city and what others share with it. Reads only; see docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}
