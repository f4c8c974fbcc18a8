"""The life of an agreement: rights come with it and go with it, its end is final, its text never changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts import services as accounts
from apps.agreements import events, selectors, services
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Agreement, Message, Negotiation, Offer, Transfer
from apps.core import clock
from apps.ledger.models import Entry
from apps.peers.models import Peer
from tests.agreements.region import ASKER, OWNER, Region, make_offer
from tests.agreements.test_negotiating import ask

PULL = "catalogue.pull_dataset"


@pytest.fixture
def agreed(region: Region) -> Region:
    """A region with one agreement, valid for thirty days, and its data flowing."""
    with region.on(OWNER):
        make_offer(valid_for="P30D")
    ask(region)
    region.settle()
    return region


def held(region: Region, node: Any) -> Agreement:
    with region.on(node):
        row: Agreement = Agreement.objects.select_related("peer").latest("id")
        return row


def may_pull(region: Region) -> bool:
    with region.on(OWNER):
        return accounts.may(Peer.objects.get().user, PULL, Agreement.objects.latest("id").dataset)  # type: ignore[arg-type]


def test_a_withdrawal_takes_the_right_at_once_and_reaches_the_peer(agreed: Region) -> None:
    with agreed.on(OWNER):
        row = services.end(agreement=held(agreed, OWNER), kind="withdrawn", by=OWNER.did, reason="no longer")
        assert selectors.active(row.uid, row.peer) is None
    assert not may_pull(agreed)
    agreed.settle()
    there = held(agreed, ASKER)
    assert (there.state, there.ended_by) == ("withdrawn", OWNER.did)
    for node in (OWNER, ASKER):
        with agreed.on(node):
            assert Transfer.objects.get().state == "TERMINATED"
            entry = Entry.objects.get(kind="withdrawal")
            assert (entry.payload["kind"], entry.payload["by"]) == ("withdrawn", OWNER.did)


def test_a_consumer_ends_it_too_but_cannot_call_it_a_withdrawal(agreed: Region) -> None:
    with agreed.on(ASKER):
        with pytest.raises(InvalidMove):
            services.end(agreement=held(agreed, ASKER), kind="withdrawn", by=ASKER.did)
        services.end(agreement=held(agreed, ASKER), kind="terminated", by=ASKER.did)
    agreed.settle()
    assert held(agreed, OWNER).state == "terminated"
    assert not may_pull(agreed)


def test_a_consumer_that_claims_a_withdrawal_is_not_believed(agreed: Region) -> None:
    with agreed.on(ASKER):
        services.terminate_transfer(transfer=Transfer.objects.get())
        body = Transfer.objects.get().outbox.pending().get().body
        Transfer.objects.get().outbox.pending().update(body={**body, "code": "agreement-withdrawn"})
    agreed.settle()
    assert held(agreed, OWNER).state == "active"


def test_ending_what_has_ended_changes_nothing(agreed: Region) -> None:
    with agreed.on(OWNER):
        first = services.end(agreement=held(agreed, OWNER), kind="withdrawn", by=OWNER.did)
        second = services.end(agreement=first, kind="terminated", by=ASKER.did)
        assert (second.state, second.ended_at) == (first.state, first.ended_at)
        assert Entry.objects.filter(kind="withdrawal").count() == 1


def test_both_sides_end_it_in_the_same_moment(agreed: Region) -> None:
    with agreed.on(OWNER):
        services.end(agreement=held(agreed, OWNER), kind="withdrawn", by=OWNER.did)
    with agreed.on(ASKER):
        services.end(agreement=held(agreed, ASKER), kind="terminated", by=ASKER.did)
    agreed.settle()
    for node in (OWNER, ASKER):
        with agreed.on(node):
            assert Transfer.objects.get().state == "TERMINATED"
            assert not Transfer.objects.get().outbox.pending().exists()


def test_each_side_expires_it_by_its_own_clock_at_the_same_moment(agreed: Region) -> None:
    ends = held(agreed, OWNER).expires_at
    assert ends == held(agreed, ASKER).expires_at
    assert ends is not None
    for node in (OWNER, ASKER):
        with agreed.on(node):
            row = held(agreed, node)
            assert services.expire_due(at=ends - timedelta(microseconds=1)) == 0
            assert selectors.active(row.uid, row.peer, at=ends - timedelta(microseconds=1)) is not None
            assert selectors.active(row.uid, row.peer, at=ends) is None
            assert services.expire_due(at=ends) == 1
            assert services.expire_due(at=ends) == 0
            assert held(agreed, node).state == "expired"
            assert Entry.objects.filter(kind="expiry").count() == 1


def test_an_expiry_is_seen_and_not_believed(agreed: Region) -> None:
    with agreed.on(OWNER):
        ends = held(agreed, OWNER).expires_at
        services.expire_due(at=ends)
    agreed.settle(at=agreed.later(60 * 24 * 31))
    assert held(agreed, ASKER).state == "active"
    with agreed.on(ASKER):
        assert Transfer.objects.get().state == "TERMINATED"


def test_a_renewal_carries_on_and_the_old_end_says_so(
    agreed: Region, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with agreed.on(ASKER):
        old = held(agreed, ASKER)
        services.renew(agreement=old, user=None)
    agreed.settle()
    heard: list[events.AgreementEnded] = []
    events.agreement_ended.subscribe(heard.append)
    for node in (OWNER, ASKER):
        with agreed.on(node), django_capture_on_commit_callbacks(execute=True):
            new = held(agreed, node)
            assert new.renews is not None
            assert new.renews.uid == old.uid
            assert new.expires_at > old.expires_at  # type: ignore[operator]
            assert selectors.successor(old.uid) == new
            assert services.expire_due(at=old.expires_at) == 1
    events.agreement_ended._handlers.remove(heard.append)
    assert [(one.uid, one.kind, one.renewed_by) for one in heard] == [(old.uid, "expired", new.uid)] * 2
    assert may_pull(agreed)


def test_only_the_last_agreement_takes_the_right_with_it(agreed: Region) -> None:
    with agreed.on(ASKER):
        services.renew(agreement=held(agreed, ASKER), user=None)
    agreed.settle()
    with agreed.on(OWNER):
        new, old = Agreement.objects.order_by("-id")
        services.end(agreement=new, kind="withdrawn", by=OWNER.did)
        assert accounts.may(new.peer.user, PULL, new.dataset)
        services.end(agreement=old, kind="withdrawn", by=OWNER.did)
        assert not accounts.may(new.peer.user, PULL, new.dataset)


def test_only_a_consumer_renews_and_only_once(agreed: Region) -> None:
    with agreed.on(OWNER), pytest.raises(InvalidMove):
        services.renew(agreement=held(agreed, OWNER), user=None)
    with agreed.on(ASKER):
        first = services.renew(agreement=held(agreed, ASKER), user=None)
        assert services.renew(agreement=held(agreed, ASKER), user=None).pk == first.pk
    agreed.settle()
    with agreed.on(ASKER), pytest.raises(InvalidMove):
        services.renew(agreement=Agreement.objects.order_by("id")[0], user=None)


def test_the_last_word_on_expiry_is_the_earlier_of_two(region: Region) -> None:
    soon = clock.now() + timedelta(days=3)
    with region.on(OWNER):
        make_offer(valid_for="P30D", expires_at=soon.isoformat().replace("+00:00", "Z"))
    ask(region)
    region.settle()
    assert held(region, ASKER).expires_at == held(region, OWNER).expires_at == soon


@pytest.mark.parametrize(
    "change",
    [{"policy": {}}, {"digest": "x"}, {"terms": {}}, {"purpose": "other"}, {"expires_at": None}, {"uid": "urn:uuid:2"}],
    ids=str,
)
def test_the_database_keeps_an_agreement_as_signed(agreed: Region, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        Agreement.objects.update(**change)


def test_the_database_deletes_no_agreement_and_reopens_none(agreed: Region) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.all()._raw_delete("default")
    services.end(agreement=held(agreed, OWNER), kind="withdrawn", by=OWNER.did)
    with pytest.raises(IntegrityError, match="ends once"), transaction.atomic():
        Agreement.objects.update(state="active")


def test_the_database_keeps_offers_and_messages_as_they_were(agreed: Region) -> None:
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        Offer.objects.update(policy={})
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        Message.objects.update(error="nothing happened")
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        Message.objects.all().delete()


def test_the_conclusion_is_announced_once_on_each_side(
    region: Region, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[Any] = []
    for event in (events.agreement_concluded, events.transfer_started):
        event.subscribe(heard.append)
    with region.on(OWNER):
        make_offer()
    with django_capture_on_commit_callbacks(execute=True):
        ask(region)
        region.settle()
    for event in (events.agreement_concluded, events.transfer_started):
        event._handlers.remove(heard.append)
    concluded = [one.role for one in heard if isinstance(one, events.AgreementConcluded)]
    started = [(one.role, one.endpoint) for one in heard if isinstance(one, events.TransferStarted)]
    endpoint = f"{OWNER.base_url}/peering/v1/feed/{held(region, OWNER).uuid}"
    assert sorted(concluded) == ["consumer", "provider"]
    assert sorted(started) == [("consumer", endpoint), ("provider", endpoint)]
    assert Negotiation.objects.get().state == "FINALIZED"
