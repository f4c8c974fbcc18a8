"""The data plane's URLs: pages with their signed headers, refusals that tell nothing, notices, receipts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.consumer import services as consumer
from apps.consumer.models import Purge, Subscription
from apps.core import clock
from apps.peers import selectors as peers
from apps.provider import services as provider
from apps.provider.models import Withdrawal
from apps.wire import canonical, cursors, envelopes, messages, pages
from tests.agreements.region import ASKER, OWNER
from tests.consumer.pair import RAW, Pair, agree, pair, record, streams

__all__ = ["pair"]


def get(path: str, sender: str = ASKER.did, **headers: str) -> Any:
    """What the peer receives."""
    return Client().get(path, headers={"X-Sender": sender, **headers})


def post(path: str, body: object, sender: str = ASKER.did) -> Any:
    """A message of the peer's."""
    return Client().generic(
        "POST", path, canonical.dumps(body), content_type="application/json", headers={"X-Sender": sender}
    )


@pytest.fixture
def uid(pair: Pair) -> str:
    """An agreement about three readings."""
    (stream,) = streams(1)
    record(stream, {1: 1.0, 2: 2.0, 3: 3.0})
    return agree(pair, [stream], RAW)


def path_of(uid: str, kind: str = "feed") -> str:
    """The URL of the agreement's feed, description or digests."""
    return f"/peering/v1/{kind}/{uid.rpartition(':')[2]}"


def test_a_page_comes_with_all_it_needs_in_headers_that_are_signed(uid: str) -> None:
    answer = get(path_of(uid))
    assert answer.status_code == 200
    assert answer["Content-Type"] == pages.MEDIA_TYPE
    assert answer["Owl-More"] == "1"
    assert answer["Owl-Page-Digest"] == canonical.digest_of(answer.content)
    assert len(pages.decode(answer.content)) == 3
    description = get(path_of(uid, "descriptions"))
    assert messages.DatasetDescription.of(description.json()).digest() == answer["Owl-Description"]
    following = get(f"{path_of(uid)}?cursor={answer['Owl-Next-Cursor']}")
    assert len(pages.decode(following.content)) == 0


@pytest.mark.parametrize("accept", ["text/csv", "application/x-ndjson"])
def test_other_readers_get_csv_or_json_lines(uid: str, accept: str) -> None:
    answer = get(path_of(uid), Accept=accept)
    assert answer["Content-Type"].startswith(accept)


@pytest.mark.parametrize(
    "query",
    ["cursor=nonsense", "limit=0", "limit=x", "streams=", "streams=1,x", "streams=8&start=-1", "streams=8&end=1e9"],
)
def test_an_impossible_question_is_answered_with_what_is_wrong(uid: str, query: str) -> None:
    answer = get(f"{path_of(uid)}?{query}")
    assert answer.status_code == 400
    assert answer.json()["part"] in {"cursor", "limit", "streams", "start", "end"}


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01T00:00:00", "2026-99-01T00:00:00Z"])
def test_digests_need_a_moment_with_its_zone(uid: str, text: str) -> None:
    assert get(f"{path_of(uid, 'digests')}?as_of={text}").status_code == 400


def test_digests_say_what_the_copy_should_hold(uid: str) -> None:
    report = messages.DigestReport.of(get(path_of(uid, "digests")).json())
    assert report.count == 3
    assert report.high == cursors.parse(get(path_of(uid))["Owl-Next-Cursor"]).high


@pytest.mark.parametrize("kind", ["feed", "descriptions", "digests"])
def test_who_has_no_agreement_finds_nothing(uid: str, kind: str) -> None:
    assert get(f"/peering/v1/{kind}/00000000-0000-4000-8000-000000000000").status_code == 404


@pytest.mark.parametrize("kind", ["feed", "descriptions", "digests"])
def test_after_the_end_the_answer_is_gone_with_a_signed_notice(uid: str, kind: str) -> None:
    provider.withdraw(agreement_uid=uid, user=None)
    answer = get(path_of(uid, kind))
    assert answer.status_code == 410
    body = answer.json()
    key = peers.signing_key().verify_key
    notice = envelopes.open(body["notice"], {key.keyid: key}.get)
    assert isinstance(notice, messages.WithdrawalNotice)
    assert (body["code"], notice.agreement, notice.kind) == ("agreement-ended", uid, "withdrawn")


def test_a_hint_makes_the_pull_due_and_an_unknown_one_does_nothing(pair: Pair, uid: str) -> None:
    with pair.on(ASKER):
        consumer.follow_agreements()
        Subscription.objects.update(next_attempt_at=None)
        for agreement in (uid, "urn:uuid:00000000-0000-4000-8000-000000000000"):
            hint = messages.Hint(agreement=agreement, epoch=1, high=1)
            assert post("/peering/v1/hints", hint.to_mapping(), OWNER.did).status_code == 204
        assert Subscription.objects.filter(next_attempt_at__lte=clock.now()).count() == 1


def test_a_notice_not_signed_by_the_owner_ends_nothing(pair: Pair, uid: str) -> None:
    pair.pull()
    provider.withdraw(agreement_uid=uid, user=None)
    notice = provider.notice_of(Withdrawal.objects.get().agreement)
    with pair.on(ASKER):
        forged = envelopes.seal(envelopes.peek(notice), peers.signing_key())
        for envelope in (forged, {**notice, "signatures": []}, {"type": "x"}):
            assert post("/peering/v1/withdrawals", envelope, OWNER.did).status_code in {400, 401}
        assert not Purge.objects.exists()
        assert post("/peering/v1/withdrawals", notice, OWNER.did).status_code == 202
        assert post("/peering/v1/withdrawals", notice, OWNER.did).status_code == 202
        assert Purge.objects.count() == 1


def test_a_receipt_not_signed_by_the_consumer_closes_nothing(pair: Pair, uid: str) -> None:
    pair.pull()
    provider.withdraw(agreement_uid=uid, user=None)
    receipt = messages.Receipt(
        agreement=uid,
        kind="withdrawn",
        owner=OWNER.did,
        consumer=ASKER.did,
        rows_before=3,
        rows_deleted=3,
        rows_after=0,
        purged_at=clock.now(),
    )
    forged = envelopes.seal(receipt, peers.signing_key())
    assert post("/peering/v1/receipts", forged).status_code in {400, 401}
    assert Withdrawal.objects.get().receipt is None
