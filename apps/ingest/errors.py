"""Errors that only an HTTP edge can have."""

from __future__ import annotations

from apps.core.errors import OwlError


class UnsupportedMedia(OwlError):
    """The body comes in a form this intake does not read (RFC 9110, section 15.5.16)."""

    status = 415
    default_code = "unsupported-media-type"
