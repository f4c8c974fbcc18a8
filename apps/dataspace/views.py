"""What each route of the protocol does: parse, one domain call, render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from apps.agreements import selectors, services
from apps.agreements import types as agreement_types
from apps.core.errors import Invalid, NotFound, OwlError
from apps.dataspace.answers import process_document
from apps.dataspace.exchange import Call, Reply, Work, sign
from apps.peers import services as peers
from apps.wire.dsp import Message, catalogue, negotiation, transfer, version

PAGE = 100


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Where this node speaks the protocol; for anybody. Signed for a peer that signed its question."""
    response = JsonResponse(version.document(service_id=settings.NODE.did))
    if "Signature" in request.headers:
        try:
            peers.authenticate(
                method=request.method or "", target=request.get_full_path(), headers=request.headers, body=request.body
            )
        except OwlError:
            return response  # public knowledge all the same
        sign(request, response, response.content)
    return response


def catalog(call: Call) -> Reply:
    """The catalogue as the asking peer may see it, a hundred datasets a page (Link, rel=next)."""
    asked = catalogue.CatalogRequestMessage.parse(call.document)
    if asked.filter:
        raise Invalid("This node knows no filters.", code="filter-unsupported", part="filter")
    after = call.query.get("after", "")
    entries = [entry for entry in selectors.visible(call.peer) if entry.identifier > after]
    node, page = settings.NODE, entries[:PAGE]
    shown = catalogue.Catalogue(agreement_types.catalogue_urn(node.did), node.did, tuple(page))
    more = len(entries) > PAGE
    following = f"{_root()}/catalog/request?after={page[-1].identifier}" if more else ""
    return Reply(shown.to_wire(_service()), headers={"Link": f'<{following}>; rel="next"'} if more else {})


def dataset(call: Call) -> Reply:
    """One dataset as the asking peer may see it."""
    entry = selectors.dataset(call.peer, call.pid)
    if entry is None:
        raise NotFound("There is no such dataset.", part="dataset")
    return Reply(catalogue.dataset_to_wire(entry, _service()))


def show_negotiation(call: Call) -> Reply:
    """The state of a negotiation."""
    return _process(negotiation.ContractNegotiation, selectors.negotiation(call.peer, call.pid))


def show_transfer(call: Call) -> Reply:
    """The state of a transfer."""
    return _process(transfer.TransferProcess, selectors.transfer(call.peer, call.pid))


def new_request(call: Call) -> Reply:
    """A consumer's first request."""
    message = negotiation.ContractRequestMessage.parse(call.document)
    row = services.receive_contract_request(peer=call.peer, message=message)
    return Reply(process_document(negotiation.ContractNegotiation, row), 201)


def new_offer(call: Call) -> Reply:
    """A provider's first offer."""
    message = negotiation.ContractOfferMessage.parse(call.document)
    row = services.receive_contract_offer(peer=call.peer, message=message)
    return Reply(process_document(negotiation.ContractNegotiation, row), 201)


def new_transfer(call: Call) -> Reply:
    """A consumer's request for the data of an agreement."""
    message = transfer.TransferRequestMessage.parse(call.document)
    row = services.receive_transfer_request(peer=call.peer, message=message)
    return Reply(process_document(transfer.TransferProcess, row), 201)


def _process(kind: type[Message], row: Any) -> Reply:
    if row is None:
        raise NotFound("There is no such process here.", part="pid")
    return Reply(process_document(kind, row))


def _negotiating(kind: type[Message], receive: Callable[..., Any]) -> Work:
    def work(call: Call) -> Reply:
        row = receive(peer=call.peer, message=kind.parse(call.document), pid=call.pid)
        return Reply(process_document(negotiation.ContractNegotiation, row))

    return work


def _transferring(kind: type[Message], receive: Callable[..., Any]) -> Work:
    def work(call: Call) -> Reply:
        row = receive(peer=call.peer, message=kind.parse(call.document), pid=call.pid)
        return Reply(process_document(transfer.TransferProcess, row))

    return work


again_request = _negotiating(negotiation.ContractRequestMessage, services.receive_contract_request)
again_offer = _negotiating(negotiation.ContractOfferMessage, services.receive_contract_offer)
event = _negotiating(negotiation.ContractNegotiationEventMessage, services.receive_event)
agreement = _negotiating(negotiation.ContractAgreementMessage, services.receive_agreement)
verification = _negotiating(negotiation.ContractAgreementVerificationMessage, services.receive_verification)
end_negotiation = _negotiating(
    negotiation.ContractNegotiationTerminationMessage, services.receive_negotiation_termination
)
start = _transferring(transfer.TransferStartMessage, services.receive_transfer_start)
suspension = _transferring(transfer.TransferSuspensionMessage, services.receive_transfer_stop)
completion = _transferring(transfer.TransferCompletionMessage, services.receive_transfer_stop)
end_transfer = _transferring(transfer.TransferTerminationMessage, services.receive_transfer_stop)


def _root() -> str:
    return f"{settings.NODE.base_url}{version.PATH}"


def _service() -> catalogue.Service:
    return catalogue.Service(id=f"{settings.NODE.did}#dataspace", endpoint=_root())
