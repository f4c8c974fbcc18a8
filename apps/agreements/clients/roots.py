"""Where a peer speaks the protocol."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from apps.agreements.models import ProtocolBinding
from apps.core import clock
from apps.core.errors import Invalid
from apps.peers import clients as peers
from apps.peers.models import Peer
from apps.wire.dsp import version

BELIEVED_FOR = timedelta(days=1)


def root_of(peer: Peer, *, at: datetime | None = None) -> str:
    """The URL under which the peer takes messages, from its version document; asked again once a day.

    Raises PeerError when the peer cannot be asked and was never asked before, BadMessage when it does not speak 2025-1.
    """
    moment = at or clock.now()
    known = ProtocolBinding.objects.filter(peer=peer).first()
    if known is not None and known.checked_at > moment - BELIEVED_FOR and under(peer, known.root):
        return known.root
    answer = peers.send(peer=peer, method="GET", path=version.WELL_KNOWN)
    root = peer.base_url + version.path_in(answer.object())
    ProtocolBinding.objects.update_or_create(peer=peer, defaults={"root": root, "checked_at": moment})
    return root


def known_root(peer: Peer) -> str:
    """The URL that ``root_of`` found last, without asking anybody. Raises Invalid where it never did."""
    known = ProtocolBinding.objects.filter(peer=peer).first()
    if known is None:
        raise Invalid(_("This peer was never asked where it speaks the protocol."), part="peer")
    return known.root


def under(peer: Peer, url: str) -> bool:
    """Whether the URL lies under the peer's registered address: same origin, path below it, nothing hidden in it."""
    base, given = urlsplit(peer.base_url.rstrip("/")), urlsplit(url)
    if (given.scheme, given.netloc) != (base.scheme, base.netloc) or given.query or given.fragment:
        return False
    if "%" in given.path or "\\" in url or {".", ".."} & set(given.path.split("/")):
        return False
    return given.path == base.path or given.path.startswith(base.path.rstrip("/") + "/") or not given.path


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
