"""Messages of negotiations and transfers, and the question what state the peer is in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from apps.agreements.models import Negotiation, Transfer
from apps.agreements.states import Act, Role
from apps.core.errors import PeerRefused
from apps.peers import clients as peers
from apps.peers.models import Peer
from apps.wire.dsp import document, negotiation, transfer
from apps.wire.errors import WireError

Subject = Negotiation | Transfer
CREATIONS: dict[tuple[Act, Role], str] = {
    (Act.REQUEST_CONTRACT, Role.CONSUMER): "negotiations/request",
    (Act.OFFER_CONTRACT, Role.PROVIDER): "negotiations/offers",
    (Act.REQUEST_TRANSFER, Role.CONSUMER): "transfers/request",
}
"""Where a first message goes, before the peer has a process id for it."""
_FOLLOWING: dict[Act, str] = {
    Act.REQUEST_CONTRACT: "negotiations/{pid}/request",
    Act.OFFER_CONTRACT: "negotiations/{pid}/offers",
    Act.ACCEPT_OFFER: "negotiations/{pid}/events",
    Act.AGREE: "negotiations/{pid}/agreement",
    Act.VERIFY: "negotiations/{pid}/agreement/verification",
    Act.FINALIZE: "negotiations/{pid}/events",
    Act.TERMINATE_NEGOTIATION: "negotiations/{pid}/termination",
    Act.START_TRANSFER: "transfers/{pid}/start",
    Act.SUSPEND_TRANSFER: "transfers/{pid}/suspension",
    Act.COMPLETE_TRANSFER: "transfers/{pid}/completion",
    Act.TERMINATE_TRANSFER: "transfers/{pid}/termination",
}


def post(subject: Subject, act: Act, body: dict[str, Any]) -> dict[str, Any]:
    """Send a message about a negotiation or transfer; the JSON object of the answer, ``{}`` where there is none.

    Any 2xx is an acknowledgement. Raises PeerRefused for any 4xx, PeerUnreachable, ClockSkew, UntrustedPeer.
    """
    pid = subject.peer_pid
    path = _FOLLOWING[act].format(pid=quote(pid, safe=":")) if pid else CREATIONS[act, Role(subject.role)]
    answer = peers.send(peer=subject.peer, method="POST", path=_path(subject, path), json=body)
    try:
        return document.load(answer.body) if answer.body else {}
    except WireError:
        return {}  # the status says it was taken; what another connector writes beside it is its own affair


def state_at_peer(subject: Subject) -> str | None:
    """The state the peer says the process is in; None where it knows no such process or we do not know its id yet.

    Raises PeerError when the peer cannot be asked, BadMessage when its answer cannot be read.
    """
    if not subject.peer_pid:
        return None
    kind = "negotiations" if isinstance(subject, Negotiation) else "transfers"
    path = _path(subject, f"{kind}/{quote(subject.peer_pid, safe=':')}")
    try:
        answer = peers.send(peer=subject.peer, method="GET", path=path)
    except PeerRefused as refusal:
        if refusal.peer_status == 404:
            return None
        raise
    if isinstance(subject, Negotiation):
        return negotiation.ContractNegotiation.parse(document.load(answer.body)).state
    return transfer.TransferProcess.parse(document.load(answer.body)).state


def _path(subject: Subject, rest: str) -> str:
    return f"{relative(subject.peer, subject.address)}/{rest}"


def relative(peer: Peer, url: str) -> str:
    """The part of a URL under the peer's base address that comes after it."""
    return url.removeprefix(peer.base_url.rstrip("/"))
