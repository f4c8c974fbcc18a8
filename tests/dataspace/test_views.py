"""The protocol as a stranger's connector meets it: catalogue, negotiation and transfer by hand-written messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.agreements import services
from apps.agreements.models import Agreement, Negotiation, Outbox, Transfer
from apps.core import clock
from apps.dataspace import views
from apps.peers.models import Peer
from apps.wire.dsp import CONTEXT, catalogue
from tests.agreements.region import make_offer
from tests.dataspace.conftest import Ask
from tests.peers.city import City, Received, Reply

VERIFICATION = "ContractAgreementVerificationMessage"
CATALOG = {"@context": [CONTEXT], "@type": "CatalogRequestMessage", "filter": []}


def message(kind: str, **values: Any) -> dict[str, Any]:
    return {"@context": [CONTEXT], "@type": kind, **values}


def request_for(offer: Any, city: City, **change: Any) -> dict[str, Any]:
    body = message(
        "ContractRequestMessage",
        consumerPid="consumer-1",
        offer={**offer.policy, "target": offer.target},
        callbackAddress=f"{city.base_url}/callback",
    )
    return {**body, **change}


def test_a_catalogue_is_paged_by_links(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("air", "noise", "water"):
        make_offer(name)
    monkeypatch.setattr(views, "PAGE", 2)
    first = ask("POST", "catalog/request", CATALOG)
    link = first.headers["Link"]
    rest = link[1 : link.index(">")].partition("/dsp/2025-1/")[2]
    second = ask("POST", rest, CATALOG)
    pages = [catalogue.Catalogue.parse(answer.json()) for answer in (first, second)]
    assert [entry.identifier for page in pages for entry in page.datasets] == ["air", "noise", "water"]
    assert "Link" not in second.headers


def test_an_empty_catalogue_is_a_catalogue(ask: Ask) -> None:
    answer = ask("POST", "catalog/request", CATALOG)
    assert answer.status_code == 200
    assert "dataset" not in answer.json()


def test_a_filter_is_told_to_be_unsupported(ask: Ask) -> None:
    answer = ask("POST", "catalog/request", {**CATALOG, "filter": [{"keyword": "air"}]})
    assert answer.status_code == 400
    assert answer.json()["code"] == "filter-unsupported"


def test_a_dataset_is_shown_by_its_identifier(ask: Ask) -> None:
    offer = make_offer()
    answer = ask("GET", f"catalog/datasets/{offer.target}")
    assert answer.json()["@id"] == offer.target
    assert answer.json()["distribution"][0]["format"] == "OwlFeed-PULL"


def test_another_connector_gets_from_request_to_data(ask: Ask, city: City, peer: Peer) -> None:
    offer = make_offer()
    city.script = lambda received: Reply(status=200, body=b"")
    made = ask("POST", "negotiations/request", request_for(offer, city))
    assert (made.status_code, made.json()["state"]) == (201, "REQUESTED")
    pid = made.json()["providerPid"]
    pids = {"providerPid": pid, "consumerPid": "consumer-1"}
    services.drain_outbox()
    agreed = sent_to(city, "/callback/negotiations/consumer-1/agreement")
    assert agreed["agreement"]["assignee"] == peer.did
    verified = ask("POST", f"negotiations/{pid}/agreement/verification", message(VERIFICATION, **pids))
    assert (verified.status_code, verified.json()["state"]) == (200, "VERIFIED")
    services.drain_outbox()
    assert sent_to(city, "/callback/negotiations/consumer-1/events")["eventType"] == "FINALIZED"
    assert ask("GET", f"negotiations/{pid}").json()["state"] == "FINALIZED"
    wanted = message(
        "TransferRequestMessage",
        consumerPid="transfer-1",
        agreementId=agreed["agreement"]["@id"],
        format="OwlFeed-PULL",
        callbackAddress=f"{city.base_url}/callback",
    )
    assert ask("POST", "transfers/request", wanted).status_code == 201
    services.drain_outbox()
    start = sent_to(city, "/callback/transfers/transfer-1/start")
    assert start["dataAddress"]["endpoint"].endswith(f"/peering/v1/feed/{Agreement.objects.get().uuid}")
    assert Transfer.objects.get().state == "STARTED"


def sent_to(city: City, target: str) -> dict[str, Any]:
    found = [received for received in city.requests if received.target == target]
    assert len(found) == 1
    document: dict[str, Any] = json.loads(found[0].body)
    return document


def test_a_transfer_request_proves_that_finalized_arrived(ask: Ask, city: City) -> None:
    """The acknowledgement of FINALIZED is lost, the consumer asks for its data at once."""
    offer = make_offer()

    def script(received: Received) -> Reply:
        return Reply(status=503) if received.target.endswith("/events") else Reply(status=200, body=b"")

    city.script = script
    pid = ask("POST", "negotiations/request", request_for(offer, city)).json()["providerPid"]
    services.drain_outbox()
    pids = {"providerPid": pid, "consumerPid": "consumer-1"}
    ask("POST", f"negotiations/{pid}/agreement/verification", message(VERIFICATION, **pids))
    services.drain_outbox()
    assert not Agreement.objects.exists()
    uid = Negotiation.objects.get().agreement["@id"]  # type: ignore[index]
    wanted = message(
        "TransferRequestMessage",
        consumerPid="transfer-1",
        agreementId=uid,
        format="OwlFeed-PULL",
        callbackAddress=f"{city.base_url}/callback",
    )
    assert ask("POST", "transfers/request", wanted).status_code == 201
    assert Agreement.objects.get().uid == uid
    assert Negotiation.objects.get().state == "FINALIZED"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422])
def test_any_refusal_of_another_connector_is_kept_in_its_own_words(ask: Ask, city: City, status: int) -> None:
    offer = make_offer()
    said = b'{"code":"no-such-thing","reason":["We do not like it."]}'
    city.script = lambda received: Reply(status=status, body=said)
    ask("POST", "negotiations/request", request_for(offer, city))
    services.drain_outbox()
    assert "We do not like it." in Negotiation.objects.get().error
    assert Outbox.objects.get().outcome in ("refused", "pending")
    assert Negotiation.objects.get().state == "REQUESTED"


def test_a_refusal_that_is_repeated_keeps_its_words(ask: Ask, city: City) -> None:
    offer = make_offer()
    said = b'{"code":"no-such-thing","reason":["We do not like it."]}'
    city.script = lambda received: Reply(status=401, body=said)
    ask("POST", "negotiations/request", request_for(offer, city))
    services.drain_outbox()
    Outbox.objects.update(next_attempt_at=clock.now())
    services.drain_outbox()
    assert Outbox.objects.get().attempts > 1
    assert "We do not like it." in Negotiation.objects.get().error


def test_a_callback_elsewhere_is_refused(ask: Ask, city: City) -> None:
    offer = make_offer()
    answer = ask("POST", "negotiations/request", request_for(offer, city, callbackAddress="http://evil.example/x"))
    assert (answer.status_code, answer.json()["code"]) == (400, "foreign-address")
    assert not Negotiation.objects.exists()


def test_what_is_not_offered_to_the_peer_is_not_found(ask: Ask, city: City) -> None:
    offer = make_offer()
    services.close_offer(offer=offer, user=None)
    answer = ask("POST", "negotiations/request", request_for(offer, city))
    assert answer.status_code == 404
    assert answer.json()["consumerPid"] == "consumer-1"


def test_an_impossible_step_is_a_bad_request_that_names_the_state(ask: Ask, city: City) -> None:
    offer = make_offer(standing=False)
    pid = ask("POST", "negotiations/request", request_for(offer, city)).json()["providerPid"]
    pids = {"providerPid": pid, "consumerPid": "consumer-1"}
    for rest, body in (
        ("agreement/verification", message(VERIFICATION, **pids)),
        ("events", message("ContractNegotiationEventMessage", **pids, eventType="ACCEPTED")),
        ("events", message("ContractNegotiationEventMessage", **pids, eventType="FINALIZED")),
        ("offers", message("ContractOfferMessage", **pids, offer={**offer.policy, "target": offer.target})),
    ):
        answer = ask("POST", f"negotiations/{pid}/{rest}", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-transition")
    assert Negotiation.objects.get().state == "REQUESTED"


def test_process_ids_must_match_the_path(ask: Ask, city: City) -> None:
    offer = make_offer(standing=False)
    pid = ask("POST", "negotiations/request", request_for(offer, city)).json()["providerPid"]
    for pids in ({"providerPid": "x", "consumerPid": "consumer-1"}, {"providerPid": pid, "consumerPid": "x"}):
        body = message("ContractNegotiationTerminationMessage", **pids)
        assert ask("POST", f"negotiations/{pid}/termination", body).status_code == 400
    assert Negotiation.objects.get().state == "REQUESTED"


def test_a_process_of_another_peer_is_not_found(ask: Ask, city: City, trust: Any) -> None:
    offer = make_offer(standing=False)
    pid = ask("POST", "negotiations/request", request_for(offer, city)).json()["providerPid"]
    other = City()
    try:
        trust(other, name="Herford")
        assert ask("GET", f"negotiations/{pid}", by=other).status_code == 404
        body = message("ContractNegotiationTerminationMessage", providerPid=pid, consumerPid="consumer-1")
        assert ask("POST", f"negotiations/{pid}/termination", body, by=other).status_code == 404
    finally:
        other.close()
    assert ask("GET", f"negotiations/{pid}").json()["state"] == "REQUESTED"


def test_the_same_first_request_twice_makes_one_negotiation_and_a_changed_one_is_refused(ask: Ask, city: City) -> None:
    offer = make_offer(standing=False)
    body = request_for(offer, city)
    answers = [ask("POST", "negotiations/request", body) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    changed = ask("POST", "negotiations/request", {**body, "callbackAddress": f"{city.base_url}/other"})
    assert (changed.status_code, changed.json()["code"]) == (400, "pid-reused")
    assert Negotiation.objects.count() == 1
