"""docs/protocol.md: every example in it is what the code does, and nothing the code speaks is missing from it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.wire import columns, did, digests, envelopes, errors, keys, messages, pages, signatures
from apps.wire.messages.base import Part
from apps.wire.words import WORDS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
SECRET_1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
SECRET_2 = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
URL = "https://herford.example/peering/v1/feed/8f14e45f-ceea-467f-8d3e-8b2f7a1c9d10?limit=5"


def _key(secret: str, keyid: str) -> keys.SigningKey:
    return keys.SigningKey(keyid, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


ASKER = _key(SECRET_2, "did:web:owl.example#key-1")
ANSWERER = _key(SECRET_1, "did:web:herford.example#key-1")


def _json_blocks() -> list[dict[str, object]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


def test_the_identity_document_is_one() -> None:
    document = did.parse(_json_blocks()[0])
    assert document.keys[0].raw == ASKER.verify_key.raw
    assert ASKER.verify_key.fingerprint in TEXT
    assert " ".join(keys.words(ASKER.verify_key.raw)) in " ".join(TEXT.split())


def test_the_signed_request_and_its_answer_are_as_shown() -> None:
    asked = signatures.sign_request(method="GET", url=URL, headers={}, body=b"", key=ASKER, created=NOW, nonce="A" * 16)
    answered = signatures.sign_response(
        status=200,
        headers={"Content-Type": "application/json", "Owl-More": "0"},
        body=b"{}",
        request=signatures.Request("GET", URL, asked),
        key=ANSWERER,
        created=NOW,
    )
    for fields in (asked, answered):
        assert "\n".join(f"{name}: {value}" for name, value in fields.items()) in TEXT


def test_the_envelope_opens() -> None:
    envelope = _json_blocks()[1]
    message = envelopes.open(envelope, {ASKER.keyid: ASKER.verify_key}.get)
    assert envelopes.seal(message, ASKER) == envelope


def test_the_digest_example_is_right() -> None:
    start = 1_767_225_600_000_000
    held = columns.columns(
        stream=[8, 8], time=[start, start + 900_000_000], span=[0, 900], result=[12.5, math.nan], flag=[0, 1]
    )
    days = digests.day_digests(held)
    assert days[0].hex in TEXT
    assert digests.combine(days) in TEXT


@pytest.mark.parametrize("kind", messages.Message.kinds)
def test_every_message_and_each_of_its_members_is_described(kind: str) -> None:
    (line,) = (line for line in TEXT.splitlines() if line.startswith(f"| `{kind}` |"))
    named = set(re.findall(r"`(\w+)`", line.split("|")[2]))
    assert named >= set(messages.Message.kinds[kind].model_fields) - {"type", "version"}


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (messages.ThingDescription, "a thing"),
        (messages.SensorDescription, "a sensor"),
        (messages.ObservedPropertyDescription, "an observed property"),
        (messages.StreamDescription, "a stream"),
    ],
)
def test_every_part_of_a_description_is_described(part: type[Part], name: str) -> None:
    (line,) = (line for line in TEXT.splitlines() if line.startswith(f"| {name} |"))
    assert set(re.findall(r"`(\w+)`", line)) >= set(part.model_fields)


def test_headers_columns_notes_and_media_types_are_named() -> None:
    named = [f"`{name}`" for name in signatures.OWL_FIELDS] + [f"`{field.name}`" for field in pages.SCHEMA]
    named += ["`owl.page`", *(f"`owl.{note}`" for note in pages.codec.NOTES), pages.MEDIA_TYPE, pages.NDJSON_TYPE]
    named += [signatures.TAG, "did:web"]
    assert [name for name in named if name not in TEXT and name != "`result`"] == []


def test_signature_errors_are_named() -> None:
    faults = [*errors.SignatureFault.__subclasses__(), *errors.ClockFault.__subclasses__()]
    wire = [fault.default_code for fault in faults if fault.__module__ == errors.__name__]
    assert [code for code in wire if f"`{code}`" not in TEXT] == []


def test_the_words_are_listed_in_order() -> None:
    assert TEXT.rpartition("```\n")[0].rpartition("```\n")[2].split() == list(WORDS)
