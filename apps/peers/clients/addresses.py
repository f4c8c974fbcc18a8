"""To which addresses this node connects (protection against server-side request forgery).

A name is resolved once, every address it has is checked, and the connection goes to one of those very addresses: a
name that answers differently a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.peers.errors import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_METADATA = ipaddress.IPv6Address("fd00:ec2::254")  # a cloud's metadata service in an otherwise private range


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect: ``address`` is the checked IP address, ``host`` the name for TLS and the Host header."""

    scheme: str
    host: str
    port: int
    address: str

    @property
    def authority(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        standard = 443 if self.scheme == "https" else 80
        return name if self.port == standard else f"{name}:{self.port}"


def locate(url: str) -> Place:
    """Resolve and check the host of an absolute URL. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(_("%(url)s is no address of a node.") % {"url": url[:200]}) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise _refused(_("%(url)s is no address of a node.") % {"url": url[:200]})
    if parts.scheme == "http" and not settings.NODE.allow_http_peers:
        raise _refused(
            _("%(host)s would be reached without TLS.") % {"host": parts.hostname}, "OWLNODE_ALLOW_HTTP_PEERS"
        )
    port = port or (443 if parts.scheme == "https" else 80)
    return Place(parts.scheme, parts.hostname, port, _resolve(parts.hostname, port))


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _refused(_("The name %(host)s leads nowhere.") % {"host": host}) from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        check(address)
    return addresses[0]


def check(address: str) -> None:
    """Return only if this node may connect to the IP address. Raises AddressRefused.

    Private and loopback ranges need ``NODE.allow_private_peers``; link-local (cloud metadata), multicast, reserved and
    unspecified addresses are never a peer.
    """
    ip = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip == _METADATA or _is_reserved(ip):
        raise _refused(_("No peer lives at %(address)s.") % {"address": address})
    if not ip.is_global and not settings.NODE.allow_private_peers:
        raise _refused(_("%(address)s is a private address.") % {"address": address}, "OWLNODE_ALLOW_PRIVATE_PEERS")


def _innermost(ip: Address) -> Address:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    if ip.sixtofour:
        return ip.sixtofour
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip


def _is_reserved(ip: Address) -> bool:
    return ip.is_reserved and not ip.is_loopback  # ::1 lies in a reserved block


def _refused(message: str, setting: str = "") -> AddressRefused:
    remedy = _("If it is meant: set %(setting)s=1.") % {"setting": setting} if setting else None
    return AddressRefused(message, part="base_url", remedy=remedy)
