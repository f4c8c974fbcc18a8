"""What a browser may do with our pages: content security and permissions policy, as values for the settings."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def content_security(tile_url: str, *, secure: bool) -> dict[str, Any]:
    """The value of ``CONTENT_SECURITY_POLICY``: nothing from elsewhere but the tiles of a configured tile server.

    Inline scripts and styles need the request's nonce; styles set by scripts (charts, maps) need none. ``data:`` images
    are KERN's icons, which are masks in its style sheet.
    """
    directives: dict[str, Any] = {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *tile_origin(tile_url)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
    if secure:
        directives["upgrade-insecure-requests"] = True
    return {"DIRECTIVES": directives}


def tile_origin(tile_url: str) -> list[str]:
    """The one origin that maps may load pictures from; none without a tile server. ``{s}`` becomes a wildcard."""
    if not tile_url:
        return []
    parts = urlsplit(tile_url)
    return [f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"]
