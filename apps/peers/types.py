"""Plain values that peers hands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import Invalid
from apps.wire import canonical, keys

MAX_DOCUMENT_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this node is: ``keyid`` signs now; ``fingerprint`` (64 hex digits) and ``words`` stand for all its keys."""

    did: str
    base_url: str
    city: str
    city_name: str
    keyid: str
    fingerprint: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeySet:
    """What stands for a node's published keys: ``fingerprint`` (64 hex digits) and nine words for the telephone."""

    fingerprint: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, raws: Iterable[bytes]) -> KeySet:
        """Over the raw keys, the oldest version first; for one single key it is that key's own fingerprint."""
        joined = b"".join(raws)
        return cls(keys.fingerprint(joined), tuple(keys.words(joined)))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered. ``headers`` have lower-case names; ``proven`` tells whether its signature was verified."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    proven: bool = False

    def json(self) -> Any:
        """The body as strict JSON. Raises BadJson (``wire.errors``)."""
        return canonical.loads(self.body)

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises Invalid for any other JSON."""
        value = self.json()
        if not isinstance(value, dict):
            raise Invalid("The peer's answer is no JSON object.", part="body")
        return value
