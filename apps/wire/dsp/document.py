"""Reading the body of a request or answer into a JSON object that a database can keep unchanged."""

from __future__ import annotations

from typing import Any

from apps.wire import canonical
from apps.wire.errors import BadMessage

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


def load(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``.

    Raises BadJson for what is no strict JSON, BadMessage for what cannot be kept and compared exactly: anything but an
    object, more than 32 levels, NUL characters, numbers with a fraction, integers beyond ±(2^53 - 1).
    """
    value = canonical.loads(body, max_bytes=MAX_BYTES)
    if not isinstance(value, dict):
        raise BadMessage("The message is not a JSON object.", part="body")
    _check(value, "body", 0)
    canonical.dumps(value)
    return value


def _check(value: object, part: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BadMessage(f"The message is nested deeper than {MAX_DEPTH} levels.", part=part)
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, part, depth)
            _check(item, f"{part}.{key}"[:200], depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, part, depth + 1)
    elif isinstance(value, float):
        raise BadMessage("Numbers with a fraction are not part of the protocol; write a string.", part=part)
    elif isinstance(value, str) and "\x00" in value:
        raise BadMessage("NUL characters are not allowed.", part=part[:100].replace("\x00", ""))
