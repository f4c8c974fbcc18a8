"""Batches as ``multipart/mixed``: parts hold HTTP requests, a part that is multipart itself is a group (OData 4.01,
part 1, section 11.7.7)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from apps.core.errors import Invalid
from apps.sensorthings.batches.running import Answer, Dispatch, Part, Run
from apps.sensorthings.writing import bodies


def answer(request: HttpRequest, dispatch: Dispatch) -> HttpResponse:
    """The answers as multipart/mixed, groups nested as they came. Raises Invalid for a broken frame."""
    raw = bodies.read(request)
    head = f"Content-Type: {request.META.get('CONTENT_TYPE', '')}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart():
        raise Invalid("The body has no parts between its boundaries.", part="body")
    parts: list[Part] = []
    for place, piece in enumerate(_pieces(message)):
        if piece.is_multipart():
            parts += [_part(inner, f"{place}.{n}", f"group {place}") for n, inner in enumerate(_pieces(piece))]
        else:
            parts.append(_part(piece, f"{place}", ""))
    answers = Run(request, dispatch).all(parts)
    boundary = f"batch_{uuid.uuid4()}"
    return HttpResponse(_joined(parts, answers, boundary), content_type=f"multipart/mixed;boundary={boundary}")


def _pieces(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [piece for piece in payload if isinstance(piece, Message)] if isinstance(payload, list) else []


def _part(piece: Message, place: str, group: str) -> Part:
    if piece.get_content_type() != "application/http":
        raise Invalid("A part of a batch is application/http.", part=f"part {place}")
    payload = piece.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    line, _end, rest = raw.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n")
    words = line.decode("latin-1").split()
    if len(words) not in (2, 3):
        raise Invalid("A part begins with a line like “POST Things HTTP/1.1”.", part=f"part {place}")
    head, _gap, body = (b"\n" + rest).partition(b"\n\n")
    headers = {}
    for header in head.decode("latin-1").split("\n"):
        name, colon, value = header.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    return Part(str(piece.get("Content-ID") or place).strip("<> "), words[0], words[1], body.strip(), headers, group)


def _joined(parts: Sequence[Part], answers: Sequence[Answer], boundary: str) -> bytes:
    """The answers between boundaries; neighbours of one group share an inner frame."""
    known = {answer.id: answer for answer in answers}
    lines: list[bytes] = []
    place = 0
    while place < len(parts):
        group = parts[place].group
        members = [part for part in parts if part.group == group] if group else [parts[place]]
        lines.append(f"--{boundary}".encode())
        if group:
            inner = f"group_{uuid.uuid4()}"
            lines += [f"Content-Type: multipart/mixed;boundary={inner}".encode(), b""]
            lines += [line for part in members for line in (f"--{inner}".encode(), _http(known[part.id]))]
            lines.append(f"--{inner}--".encode())
        else:
            lines.append(_http(known[parts[place].id]))
        place += len(members)
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def _http(answer: Answer) -> bytes:
    phrase = HTTPStatus(answer.status).phrase
    head = ["Content-Type: application/http", f"Content-ID: {_plain(answer.id)}", ""]
    head.append(f"HTTP/1.1 {answer.status} {phrase}")
    head += [f"Location: {answer.location}"] if answer.location else []
    head += [f"Content-Type: {answer.content_type}"] if answer.body else []
    return "\r\n".join([*head, "", ""]).encode() + answer.body


def _plain(text: str) -> str:
    """A header's value without line ends."""
    return " ".join(text.split())[:200]
