"""Bodies: one bad row never takes the others with it, and no body is a 500."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid, OwlError, TooLarge
from apps.ingest import envelope
from apps.ingest.envelope import Unusable

GOOD = '{"datastream":"a","time":"2024-04-01T00:00:00Z","result":1}'


def rows_of(*rows: str, key: str = "") -> envelope.Envelope:
    """A body with these rows, parsed."""
    tail = f',"client_key":{json.dumps(key)}' if key else ""
    return envelope.parse(f'{{"readings":[{",".join(rows)}]{tail}}}'.encode())


def test_rows_come_back_in_their_order_with_the_client_key() -> None:
    parsed = rows_of(GOOD, '{"x":1}', key="k1")
    assert parsed.rows == [json.loads(GOOD), {"x": 1}]
    assert parsed.client_key == "k1"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"result":NaN}', "not-finite"),
        ('{"result":-Infinity}', "not-finite"),
        ('{"result":1e999}', "not-finite"),
        ('{"result":' + "9" * 5000 + "}", "number-too-large"),
    ],
)
def test_impossible_numbers_stand_in_their_row_as_unusable(row: str, reason: str) -> None:
    parsed = rows_of(GOOD, row, GOOD)
    assert parsed.rows[0] == parsed.rows[2] == json.loads(GOOD)
    assert isinstance(parsed.rows[1]["result"], Unusable)
    assert parsed.rows[1]["result"].reason == reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"time":1,"time":2}', "duplicate-key"),
        ('{"result":}', "unreadable-row"),
        ("", "unreadable-row"),
        ("nul", "unreadable-row"),
        ('{"result":' + "[" * 100_000 + "]" * 100_000 + "}", "too-deep"),
    ],
)
def test_a_row_that_cannot_be_parsed_costs_no_other(row: str, reason: str) -> None:
    parsed = rows_of(GOOD, row, GOOD, key="k")
    assert parsed.rows[0] == parsed.rows[2] == json.loads(GOOD)
    assert isinstance(parsed.rows[1], Unusable)
    assert parsed.rows[1].reason == reason
    assert parsed.client_key == "k"


def test_commas_and_brackets_inside_texts_do_not_cut_a_row() -> None:
    tricky = '{"datastream":"a],[\\"{,","result":1}'
    parsed = rows_of(tricky, '{"result":}', tricky)
    assert parsed.rows[0] == parsed.rows[2] == json.loads(tricky)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b'"x"', b"{}", b'{"readings":{}}', b'{"readings":[', b'{"readings":[{]}', b"\xff", b"{'a':1}",
     b'{"readings":[],"more":1}', b'{"readings":[],"client_key":5}', b'{"readings":[],"client_key":""}',
     b'{"readings":[],"readings":[1]}', b'{"readings":[{"a":}],"readings":[]}', b"[" * 100_000],
)  # fmt: skip
def test_an_envelope_that_cannot_be_read_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        envelope.parse(body)


def test_too_many_rows_and_bytes_are_too_large() -> None:
    with pytest.raises(TooLarge):
        rows_of(*["1"] * (envelope.MAX_ROWS + 1))
    with pytest.raises(TooLarge):
        rows_of(*["nul"] * (envelope.MAX_ROWS + 1))
    with pytest.raises(TooLarge):
        envelope.parse(b" " * (envelope.MAX_BYTES + 1))


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))))
def test_any_body_is_an_envelope_or_an_error_of_ours(body: bytes) -> None:
    for text in (body, b'{"readings":[' + body + b"]}", b'{"readings":[1,' + body):
        try:
            parsed = envelope.parse(text)
        except OwlError as error:
            assert error.status in {400, 413}, error  # noqa: PT017 - both outcomes are promised
        else:
            assert isinstance(parsed.rows, list)
