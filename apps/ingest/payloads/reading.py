"""A payload of any format to uplinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import airrohr, chirpstack, ngsi_ld, opensensemap, sensorthings, things_stack
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Format

Reader = Callable[[bytes, Context], Parsed]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        Format.THINGS_STACK: things_stack.read,
        Format.CHIRPSTACK: chirpstack.read,
        Format.AIRROHR: airrohr.read,
        Format.OPENSENSEMAP: opensensemap.read,
        Format.NGSI_LD: ngsi_ld.read,
        Format.SENSORTHINGS: sensorthings.read,
    }
)


def read(format: str, body: bytes, context: Context) -> Parsed:
    """The uplinks in a payload, or the name of an event that holds none.

    A part that cannot be understood costs no other: its uplink says so by ``problem`` and waits in quarantine. Raises
    Invalid (the payload as a whole is not of this format; names the part) and TooLarge (more values than are taken at
    once).
    """
    reader = READERS.get(format)
    if reader is None:
        raise Invalid(_("This source takes no messages, only files."), code="no-messages", part="source")
    return reader(body, context)
