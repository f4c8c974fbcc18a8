"""What passes between cities, in words: states of the protocol, messages, replicas, purposes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agreements.states import Act, NegotiationState, TransferState
from apps.consumer.types import SubscriptionState, Verdict
from apps.core import languages
from apps.policies import purposes

Words = Mapping[str, Promise | str]

STATES: Final[Words] = {**dict(NegotiationState.choices), **dict(TransferState.choices)}
REPLICAS: Final[Words] = dict(SubscriptionState.choices)
VERDICTS: Final[Words] = dict(Verdict.choices)
MESSAGES: Final[Words] = {
    "ContractRequestMessage": _("request for an agreement"),
    "ContractOfferMessage": _("offer"),
    "ContractAgreementMessage": _("agreement"),
    "ContractAgreementVerificationMessage": _("agreement verified"),
    "ContractNegotiationEventMessage": _("step of the negotiation"),
    "ContractNegotiationTerminationMessage": _("end of the negotiation"),
    "TransferRequestMessage": _("request to transfer"),
    "TransferStartMessage": _("start of the transfer"),
    "TransferSuspensionMessage": _("pause of the transfer"),
    "TransferCompletionMessage": _("transfer completed"),
    "TransferTerminationMessage": _("end of the transfer"),
}
ACTS: Final[Words] = {
    Act.REQUEST_CONTRACT: _("request for an agreement"),
    Act.OFFER_CONTRACT: _("offer"),
    Act.ACCEPT_OFFER: _("acceptance of the offer"),
    Act.AGREE: _("agreement"),
    Act.VERIFY: _("agreement verified"),
    Act.FINALIZE: _("conclusion of the agreement"),
    Act.TERMINATE_NEGOTIATION: _("end of the negotiation"),
    Act.REQUEST_TRANSFER: _("request to transfer"),
    Act.START_TRANSFER: _("start of the transfer"),
    Act.SUSPEND_TRANSFER: _("pause of the transfer"),
    Act.COMPLETE_TRANSFER: _("transfer completed"),
    Act.TERMINATE_TRANSFER: _("end of the transfer"),
    Act.WITHDRAW: _("withdrawal"),
    Act.EXPIRE: _("expiry"),
    Act.TERMINATE: _("end of the agreement"),
}


def state(code: str) -> str:
    """A state of a negotiation or a transfer, here or at the other city; – where it said none."""
    return str(STATES.get(code, code)) if code else "–"


def replica(code: str) -> str:
    """The state of a replica."""
    return str(REPLICAS.get(code, code))


def verdict(code: str) -> str:
    """What the last comparison of a replica with its owner found."""
    return str(VERDICTS.get(code, code)) if code else str(_("not compared yet"))


def message(kind: str) -> str:
    """A message of the protocol by its type, or by the act it stands for."""
    plain = kind.rpartition(":")[2]
    return str(MESSAGES.get(plain) or ACTS.get(plain, plain))


def purpose(code: str) -> str:
    """What data are asked for, in the reader's language; – where nothing is said."""
    return purposes.words(code, languages.current()) if code else "–"
