"""A citizen of Bielefeld asks for what Herford holds: two whole nodes, signed hand-over, the answer comes back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from apps.accounts.models import User
from apps.core.errors import Conflict, Invalid
from apps.desk import selectors, services
from apps.desk.models import FileFetch, Forwarding, PeerLetter, Request
from apps.desk.states import Status
from apps.desk.types.submissions import Submission, Upload
from apps.ledger.models import Entry
from apps.peers.errors import Refused
from apps.peers.models import Peer
from tests.agreements.region import ASKER, OWNER
from tests.consumer.pair import Pair, pair, unreachable
from tests.desk.conftest import person

__all__ = ["pair"]
SECRETS = ("Erika Mustermann", "asker@example.org", "Musterstraße")


@dataclass
class Two:
    """The first city (Bielefeld) and the one that holds the data (Herford)."""

    pair: Pair
    case: Request
    clerk: User
    token: str

    def run(self) -> None:
        """Let both backgrounds work until nothing is due."""
        for _round in range(4):
            for node in (OWNER, ASKER):
                with self.pair.on(node):
                    services.run_due()

    def there(self) -> Request:
        """The request as Herford has it; be there when you call."""
        found: Request = Request.objects.get()
        return found

    def here(self) -> Request:
        """The request as Bielefeld has it now."""
        self.case.refresh_from_db()
        return self.case


@pytest.fixture
def two(pair: Pair) -> Two:
    """A request in Bielefeld, and a desk on both sides."""
    form = Submission(
        subject="Level of the Werre",
        description="Hourly values",
        language="en",
        email="asker@example.org",
        requester_name="Erika Mustermann",
        postal_address="Musterstraße 1",
        dataset_key="werre~127.0.0.1-8302",
    )
    with pair.on(ASKER):
        person("herford-clerk")
    clerk = person("bielefeld-clerk")
    received = services.receive(submission=form)
    services.confirm(case=received.case)
    return Two(pair, received.case, clerk, received.token)


def _clerk() -> User:
    found: User = User.objects.get(username="herford-clerk")
    return found


def _agreed(two: Two, *, direct: bool = False) -> None:
    services.propose_forwarding(case=two.case, by=two.clerk, peer=Peer.objects.get(), reason="Herford measures it")
    services.answer_forwarding(case=two.case, agrees=True, direct=direct)


def test_nothing_leaves_before_the_requester_agrees(two: Two) -> None:
    services.propose_forwarding(case=two.case, by=two.clerk, peer=Peer.objects.get(), reason="Herford measures it")
    two.run()
    assert two.pair.passed == []
    services.answer_forwarding(case=two.case, agrees=False)
    two.run()
    assert two.pair.passed == []
    assert two.here().status == Status.CONFIRMED
    with pytest.raises(Conflict):
        services.answer_forwarding(case=two.case, agrees=True)


def test_the_other_city_gets_the_question_and_not_the_person(two: Two) -> None:
    _agreed(two)
    letter = PeerLetter.objects.get()
    assert [secret for secret in SECRETS if secret in str(letter.body)] == []
    two.run()
    assert two.here().status == Status.FORWARDED
    assert two.here().due_on is None
    with two.pair.on(ASKER):
        case = two.there()
        assert (case.subject, case.email, case.requester_name) == ("Level of the Werre", "", "")
        assert case.dataset_key == "werre"
        assert case.due_on is not None
        number = case.case_number
    told = two.case.messages.filter(kind="forwarding").last()
    assert told is not None
    assert number in told.body
    assert Forwarding.objects.get().state == "taken"


def test_the_answer_comes_back_with_its_files_through_the_first_city(two: Two) -> None:
    _agreed(two)
    two.run()
    with two.pair.on(ASKER):
        case, clerk = two.there(), _clerk()
        services.take(case=case, by=clerk)
        services.pick_law(case=case, by=clerk, law="uig")
        services.ask_clarification(case=case, by=clerk, question="Which bridge?")
    two.run()
    assert two.case.messages.filter(author_kind="peer", kind="clarification").get().body == "Which bridge?"
    services.reply(case=two.case, body="The old one")
    two.run()
    with two.pair.on(ASKER):
        case = two.there()
        assert case.status == Status.WORK
        services.decide(case=case, by=clerk, resolution="granted", text="Here are the values")
        services.deliver_file(case=case, by=clerk, upload=Upload("werre.csv", b"time;level\n"), title="Werre")
    two.run()
    here = two.here()
    assert (here.status, here.resolution) == (Status.DECIDED, "granted")
    assert here.messages.filter(kind="decision").get().body.startswith("Here are the values")
    delivery = here.deliveries.get()
    file = delivery.file
    assert file is not None
    assert delivery.title == f"Level of the Werre, from {Peer.objects.get().name} (werre.csv)"
    assert selectors.delivered_file(here, file.uid)[1].read_bytes() == b"time;level\n"
    assert FileFetch.objects.get().done_at is not None
    assert not PeerLetter.objects.exclude(body={}).exists()


def test_who_wants_it_directly_is_answered_directly(two: Two) -> None:
    _agreed(two, direct=True)
    two.run()
    with two.pair.on(ASKER):
        case, clerk = two.there(), _clerk()
        assert (case.email, case.requester_name) == ("asker@example.org", "Erika Mustermann")
        assert case.mails.filter(kind="received", sent_at__isnull=False).exists()
        services.take(case=case, by=clerk)
        services.pick_law(case=case, by=clerk, law="uig")
        services.decide(case=case, by=clerk, resolution="granted", text="Only for Erika")
    two.run()
    assert two.here().status == Status.DECIDED
    assert not two.case.messages.filter(body__contains="Only for Erika").exists()


def test_a_request_that_comes_back_has_its_old_deadline(two: Two) -> None:
    due = two.here().due_on
    _agreed(two)
    two.run()
    with two.pair.on(ASKER):
        case = services.send_home(case=two.there(), by=_clerk(), reason="Detmold measures it")
        assert case.status == Status.CLOSED
    two.run()
    assert (two.here().status, two.here().due_on) == (Status.WORK, due)
    assert two.case.messages.filter(body__contains="Detmold measures it").exists()


def test_a_peer_that_cannot_be_reached_gets_it_later_and_once(two: Two) -> None:
    _agreed(two)
    two.pair.gate = unreachable
    services.run_due()
    letter = PeerLetter.objects.get()
    assert (letter.attempts, letter.delivered_at) == (1, None)
    two.pair.gate = lambda method, path: None
    body = dict(letter.body)
    PeerLetter.objects.update(next_attempt_at=letter.created_at)
    two.run()
    two.pair.send(peer=Peer.objects.get(), method="POST", path="/peering/v1/requests", json=body)
    with two.pair.on(ASKER):
        assert Request.objects.count() == 1


def test_a_withdrawn_request_is_withdrawn_there_too(two: Two) -> None:
    _agreed(two)
    two.run()
    services.withdraw(case=two.case)
    two.run()
    with two.pair.on(ASKER):
        assert (two.there().status, two.there().resolution) == (Status.CLOSED, "withdrawn")


def test_a_refused_hand_over_stays_with_the_first_city(two: Two) -> None:
    _agreed(two)
    with two.pair.on(ASKER):
        Peer.objects.update(state="suspended")
    two.run()
    assert two.here().status == Status.WORK
    assert Forwarding.objects.get().state == "returned"


def test_an_untrusted_city_cannot_be_proposed(two: Two) -> None:
    Peer.objects.update(state="suspended")
    with pytest.raises(Invalid, match="not a trusted city"):
        services.propose_forwarding(case=two.case, by=two.clerk, peer=Peer.objects.get(), reason="x")


def test_a_fee_cannot_be_agreed_upon_through_another_city(two: Two) -> None:
    _agreed(two)
    two.run()
    with two.pair.on(ASKER):
        case, clerk = two.there(), _clerk()
        services.take(case=case, by=clerk)
        services.pick_law(case=case, by=clerk, law="uig")
        with pytest.raises(Conflict, match="without the requester's address"):
            services.estimate_fee(case=case, by=clerk, cents=1_000, reason="x")


@pytest.mark.parametrize("kind", ["owl.request-message", "owl.request-change"])
def test_a_peer_that_handed_nothing_over_learns_nothing(two: Two, kind: str) -> None:
    uid = "urn:uuid:8f14e45f-ceea-467f-8d3e-8b2f7a1c9d10"
    body = {"type": kind, "version": 1, "request": uid, "at": "2026-05-04T09:00:00Z"}
    more: dict[str, object] = (
        {"message": uid, "kind": "message", "text": "x"}
        if kind == "owl.request-message"
        else {"change": "taken", "case": None, "law": "", "resolution": "", "text": "", "files": []}
    )
    with pytest.raises(Refused) as error:
        two.pair.send(peer=Peer.objects.get(), method="POST", path="/peering/v1/requests", json=body | more)
    assert error.value.peer_status == 404
    with pytest.raises(Refused) as error:
        two.pair.send(
            peer=Peer.objects.get(), method="GET", path=f"/peering/v1/requests/{uid[9:]}/files/{uid[9:]}", json=None
        )
    assert error.value.peer_status == 404


def test_both_ledgers_hold_a_commitment_and_nothing_of_the_request(two: Two) -> None:
    _agreed(two)
    two.run()
    for node, act in ((OWNER, "handed-over"), (ASKER, "taken-over")):
        with two.pair.on(node):
            entry = Entry.objects.filter(kind="request", payload__act=act).get()
            number = Request.objects.get().case_number
            text = f"{entry.subject}{entry.payload}"
            assert [word for word in (*SECRETS, number, "Werre") if word in text] == []
            assert entry.payload["peer"] == (ASKER if node is OWNER else OWNER).did
