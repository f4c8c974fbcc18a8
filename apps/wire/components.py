"""The parts of a message that a signature covers, and the text that is signed (RFC 9421, sections 2 and 2.5).

Three parts of this profile's strictness live here: a field appears once under one spelling, its value is
printable ASCII, and a signature field is accepted only in its one canonical serialisation – so that no two
different messages have the same signature base, and no changed byte stays unnoticed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import http_sf

from apps.wire.errors import BadTarget, CoverageFault, SignatureMalformed, SignatureMissing

LABEL = "owl"
MAX_FIELD = 4096

Component = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """A request (method and url) or an answer to one (status and ``request``); headers as sent."""

    headers: Mapping[str, str]
    method: str = ""
    url: str = ""
    status: int | None = None
    request: Message | None = None


@dataclass(frozen=True, slots=True)
class SignatureField:
    """Our member of Signature-Input and Signature: what is covered, with which parameters, and the bytes."""

    components: list[Component]
    parameters: dict[str, Any]
    signature: bytes


def field(headers: Mapping[str, str], name: str) -> str | None:
    """The value of a header field without surrounding space, or None. ``name`` is lower case.

    Raises SignatureMalformed if the field is there twice, is too long, or is not printable ASCII.
    """
    found = [value for key, value in headers.items() if key.lower() == name]
    if not found:
        return None
    value = found[0].strip(" \t")
    if len(found) > 1 or len(value) > MAX_FIELD or not (value.isascii() and value.isprintable()):
        raise SignatureMalformed(
            f"The header {name} must be there once, in at most {MAX_FIELD} printable ASCII characters.", part=name
        )
    return value


def check_target(url: str) -> str:
    """``url`` itself if all parties must spell it so. Raises BadTarget.

    Absolute http(s), printable ASCII, host in lower case, a path, no default port, user, or fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadTarget(f"{url[:200]!r} is not a URL.", part="@target-uri") from error
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    authority = parts.hostname if port is None else f"{parts.hostname}:{port}"
    spelled = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}#')
    if not (standard and port != standard and spelled and url.startswith(f"{parts.scheme}://{authority}/")):
        raise BadTarget(
            f"{url[:200]!r} cannot be signed: it is not an absolute http(s) URL in its plain form.",
            part="@target-uri",
            remedy="Lower-case host, no user, no default port, a path, no fragment, the rest percent-encoded.",
        )
    return url


def content_digest(body: bytes) -> str:
    """The Content-Digest field for ``body`` (RFC 9530): ``sha-256=:<base64>:``; an empty body has one too."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(message: Message, components: list[Component], parameters: dict[str, Any]) -> bytes:
    """The bytes to sign (RFC 9421, section 2.5). Raises CoverageFault for a component that is not there."""
    lines = [f"{http_sf.ser(component)}: {_value(message, component)}" for component in components]
    lines.append(f'"@signature-params": {_inner_list(components, parameters)}')
    return "\n".join(lines).encode("ascii")


def write_fields(components: list[Component], parameters: dict[str, Any], signature: bytes) -> dict[str, str]:
    """The two header fields that carry a signature."""
    return {
        "Signature-Input": f"{LABEL}={_inner_list(components, parameters)}",
        "Signature": f"{LABEL}={http_sf.ser((signature, {}))}",
    }


def read_fields(headers: Mapping[str, str]) -> SignatureField:
    """The member ``owl`` of both signature fields; other members are other people's and ignored.

    Raises SignatureMissing, SignatureMalformed.
    """
    given, signed = _dictionary(headers, "signature-input"), _dictionary(headers, "signature")
    if LABEL not in given or LABEL not in signed:
        raise SignatureMissing(
            "The message carries no signature named owl.",
            part="signature",
            remedy="Sign it as docs/protocol.md describes.",
        )
    (components, parameters), (signature, extra) = given[LABEL], signed[LABEL]
    if not isinstance(components, list) or not isinstance(signature, bytes) or extra:
        raise _malformed("signature-input")
    if not all(type(name) is str for name, _ in components):
        raise _malformed("signature-input")
    return SignatureField(components, parameters, signature)


def identity(component: Component) -> tuple[str, frozenset[tuple[str, Any]]]:
    """What makes two component identifiers the same: name and parameters in any order (section 2)."""
    name, parameters = component
    return name, frozenset(parameters.items())


def _inner_list(components: list[Component], parameters: dict[str, Any]) -> str:
    return http_sf.ser(cast("http_sf.StructuredType", [(components, parameters)]))


def _dictionary(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    value = field(headers, name)
    if value is None:
        raise SignatureMissing(
            f"The message has no {name} header.", part=name, remedy="Sign it as docs/protocol.md describes."
        )
    try:
        parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_duplicate)
        canonical = http_sf.ser(parsed)
    except ValueError as error:
        raise _malformed(name) from error
    if not isinstance(parsed, dict) or canonical != value:
        raise _malformed(name)
    return parsed


def _refuse_duplicate(key: str, _context: str) -> None:
    raise ValueError(f"{key} appears twice")


def _value(message: Message, component: Component) -> str:
    name, parameters = component
    if "req" not in parameters:
        return _plain_value(message, name)
    if message.request is None:
        raise CoverageFault("A request cannot cover parts of another request.", part=name)
    if name == "signature":
        return http_sf.ser((read_fields(message.request.headers).signature, {}))
    return _plain_value(message.request, name)


def _plain_value(message: Message, name: str) -> str:
    value = _derived(message, name) if name.startswith("@") else field(message.headers, name)
    if value is None:
        raise CoverageFault(f"The signature covers {name}, which this message does not have.", part=name)
    return value


def _derived(message: Message, name: str) -> str | None:
    if message.status is not None:
        return str(message.status) if name == "@status" else None
    url = check_target(message.url)
    found = {"@method": message.method, "@target-uri": url}
    # Not of this profile; with them the test vectors of RFC 9421 can be run against this code.
    found |= {"@authority": urlsplit(url).netloc, "@path": urlsplit(url).path}
    return found.get(name)


def _malformed(name: str) -> SignatureMalformed:
    return SignatureMalformed(
        f"The header {name} cannot be read, or is not written in its canonical form (RFC 9651, section 4.1).",
        part=name,
    )
