"""Where the broker is: OWLNODE_MQTT_URL taken apart."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from apps.core.errors import Invalid

PORTS = {"mqtt": 1883, "mqtts": 8883}
VERSIONS = ("5", "3.1.1")
PARTS = {"version", "ca", "client"}


@dataclass(frozen=True, slots=True)
class Address:
    """A broker and how to sign in there; the password never shows in its text."""

    host: str
    port: int
    tls: bool = False
    name: str = ""
    password: str = field(default="", repr=False)
    version: str = "5"
    authority: Path | None = None
    client: str = ""

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer, certificate and host name checked against the system's authorities or the file of ``ca``.

        Raises Invalid for a file that holds no certificates or cannot be read.
        """
        try:
            context = ssl.create_default_context(cafile=None if self.authority is None else str(self.authority))
        except OSError as error:  # ssl's own errors are among them
            raise _invalid(f"the certificates of {self.authority} cannot be read ({error})") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def parse(url: str) -> Address:
    """The address in ``mqtt(s)://[name:password@]host[:port][?version=5|3.1.1][&ca=/file][&client=id]``.

    Raises Invalid, whose message never holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid("it is not an address") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in {"", "/"}:
        raise _invalid("it must be mqtt://host:port or mqtts://host:port")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if not PARTS.issuperset(options):
        raise _invalid(f"{min(set(options) - PARTS)[:40]!r} is not one of ca, client and version")
    if options.get("version", "5") not in VERSIONS:
        raise _invalid("version must be 5 or 3.1.1")
    return Address(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        name=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        version=options.get("version", "5"),
        authority=Path(options["ca"]) if "ca" in options else None,
        client=options.get("client", ""),
    )


def usable(url: str) -> Address:
    """Like ``parse``, the authority's file read once, so that a wrong one is said before anything begins."""
    address = parse(url)
    if address.tls:
        address.context()
    return address


def _invalid(detail: str) -> Invalid:
    return Invalid(
        f"OWLNODE_MQTT_URL cannot be used: {detail}.",
        part="OWLNODE_MQTT_URL",
        remedy="Set it to mqtts://name:password@host:8883; docs/settings.md lists its parts.",
    )
