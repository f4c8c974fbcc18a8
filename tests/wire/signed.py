"""Signed requests and answers, every covered part changeable."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from apps.wire import keys, signatures

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
KEY = keys.generate("did:web:127.0.0.1%3A8102#key-1")
OWNER = keys.generate("did:web:127.0.0.1%3A8101#key-3")
URL = "http://127.0.0.1:8101/peering/v1/feed/8f14e45f?cursor=1.W10&limit=5"
TRUSTED = {one.keyid: one.verify_key for one in (KEY, OWNER)}.get


@dataclasses.dataclass
class Sent:
    """A signed message as it could be written down, every covered part changeable."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    request: Sent | None = None

    def verify(self, at: dt.datetime = NOW, resolve: signatures.Resolve = TRUSTED) -> signatures.Verified:
        if self.request is None:
            return signatures.verify_request(
                method=self.method, url=self.url, headers=self.headers, body=self.body, resolve=resolve, at=at
            )
        return signatures.verify_response(
            status=self.status,
            headers=self.headers,
            body=self.body,
            request=self.request.as_request(),
            resolve=resolve,
            at=at,
        )

    def as_request(self) -> signatures.Request:
        return signatures.Request(self.method, self.url, self.headers)


def signed_request(body: bytes = b"", created: dt.datetime = NOW, **changed: Any) -> Sent:
    headers = {"Accept": "*/*"} | ({"Content-Type": "application/json"} if body else {})
    given: dict[str, Any] = {"method": "POST" if body else "GET", "url": URL, "nonce": "n" * 24, "key": KEY}
    given |= changed
    added = signatures.sign_request(headers=headers, body=body, created=created, **given)
    return Sent(given["method"], given["url"], headers | added, body)


def signed_answer(body: bytes = b"rows", headers: dict[str, str] | None = None) -> Sent:
    asked = signed_request()
    sent = {"Content-Type": "application/vnd.apache.arrow.stream"} | (headers or {})
    added = signatures.sign_response(
        status=200, headers=sent, body=body, request=asked.as_request(), key=OWNER, created=NOW
    )
    return Sent("", "", sent | added, body, 200, asked)


PAGE_HEADERS = {
    "Owl-Next-Cursor": "1.WzEsInRhaWwiXQ",
    "Owl-More": "1",
    "Owl-As-Of": "2026-11-23T06:00:00Z",
    "Owl-Committed-At": "2026-11-23T05:59:58Z",
    "Owl-Description": "sha-256:" + "0" * 64,
    "Owl-Page-Digest": "sha-256:" + "1" * 64,
}
MESSAGES = {
    "bodyless request": signed_request(),
    "request with body": signed_request(b'{"type":"owl.hint"}'),
    "answer": signed_answer(b"a page", PAGE_HEADERS),
    "answer without body": signed_answer(b""),
}
