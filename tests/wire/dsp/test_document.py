"""Bodies of requests: what can be kept and compared exactly is read, everything else is refused by name."""

from __future__ import annotations

import pytest

from apps.core.errors import Invalid
from apps.wire.dsp import document


def test_an_object_is_read() -> None:
    assert document.load('{"a": [1, "ü", null, true]}'.encode()) == {"a": [1, "ü", None, True]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": 1.5}',
        b'{"a": 1e300}',
        b'{"a": 9007199254740993}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": "' + b"x" * document.MAX_BYTES + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_a_database_or_a_peer_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        document.load(body)
