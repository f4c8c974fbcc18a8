"""Where a peer speaks the protocol, and which addresses are its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.peers import clients as peers
from apps.peers.models import Peer
from apps.wire.dsp import version


def ask_root(peer: Peer) -> str:
    """The URL under which the peer takes messages, from its version document.

    Raises PeerError when the peer cannot be asked, BadMessage when it does not speak 2025-1.
    """
    answer = peers.send(peer=peer, method="GET", path=version.WELL_KNOWN)
    return str(peer.base_url) + version.path_in(answer.object())


def under(peer: Peer, url: str) -> bool:
    """Whether the URL lies under the peer's registered address: same origin, path below it, nothing hidden in it."""
    base, given = urlsplit(peer.base_url.rstrip("/")), urlsplit(url)
    if (given.scheme, given.netloc) != (base.scheme, base.netloc) or given.query or given.fragment:
        return False
    if "%" in given.path or "\\" in url or {".", ".."} & set(given.path.split("/")):
        return False
    return given.path == base.path or given.path.startswith(base.path.rstrip("/") + "/")


def checked(peer: Peer, url: str, *, part: str) -> str:
    """The URL without a slash at its end. Raises Invalid unless it lies under the peer's registered base address."""
    if not under(peer, url):
        raise Invalid(
            _("%(url)s does not lie under %(base)s, the registered address of the peer.")
            % {"url": url[:200], "base": peer.base_url},
            code="foreign-address",
            part=part,
            remedy=_("Give an address under the one this node knows, or have the new one registered."),
        )
    return url.rstrip("/")
