"""Writes of agreements: offer, ask, decide, take in a peer's messages, end, and carry our messages out."""

from apps.agreements.services.browsing import remote_catalogue, remote_dataset
from apps.agreements.services.concluding import end, expire_due
from apps.agreements.services.deciding import decide, may_end, terminate_negotiation
from apps.agreements.services.delivering import drain_outbox, retry
from apps.agreements.services.negotiating import (
    receive_agreement,
    receive_contract_offer,
    receive_contract_request,
    receive_event,
    receive_negotiation_termination,
    receive_verification,
)
from apps.agreements.services.offering import close_offer, follow_release, follow_releases, publish_offer
from apps.agreements.services.requesting import offer_to, renew, request_agreement
from apps.agreements.services.steering import ask, ask_for_renewal, give_up, pause, send_again, unpause
from apps.agreements.services.transferring import (
    receive_transfer_request,
    receive_transfer_start,
    receive_transfer_stop,
    request_again,
    resume_transfer,
    suspend_transfer,
    terminate_transfer,
)
from apps.agreements.services.trusting import follow_all_trust, follow_trust

__all__ = [
    "ask",
    "ask_for_renewal",
    "close_offer",
    "decide",
    "drain_outbox",
    "end",
    "expire_due",
    "follow_all_trust",
    "follow_release",
    "follow_releases",
    "follow_trust",
    "give_up",
    "may_end",
    "offer_to",
    "pause",
    "publish_offer",
    "receive_agreement",
    "receive_contract_offer",
    "receive_contract_request",
    "receive_event",
    "receive_negotiation_termination",
    "receive_transfer_request",
    "receive_transfer_start",
    "receive_transfer_stop",
    "receive_verification",
    "remote_catalogue",
    "remote_dataset",
    "renew",
    "request_again",
    "request_agreement",
    "resume_transfer",
    "retry",
    "send_again",
    "suspend_transfer",
    "terminate_negotiation",
    "terminate_transfer",
    "unpause",
]
