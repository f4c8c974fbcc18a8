"""Bytes of a CSV file to lines of cells: encoding, byte order mark, separator, quotes, line numbers."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_LINE_BYTES = 100_000


class UnreadableFile(ValueError):
    """The file as a whole is not one of ours; ``reason`` is a stable word for why, the message a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number (the first is 1), its cells or why it has none, and the bytes read so far."""

    number: int
    cells: tuple[str, ...]
    problem: str
    text: str
    offset: int


def decode(raw: bytes) -> str:
    """UTF-8 if it is; otherwise Windows-1252, the other encoding German offices export, which reads any byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read(source: BinaryIO) -> Iterator[Line]:
    """The lines of a CSV file, one at a time. A line is a record: recordings have no line breaks inside cells,
    so a quote that is never closed spoils its own line and not the rest of the file."""
    separator, offset, number = ",", 0, 0
    while raw := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        offset += len(raw)
        if len(raw) > MAX_LINE_BYTES:
            offset += _skip_rest_of_line(source, raw)
            yield Line(number, (), "line-too-long", decode(raw[:200]), offset)
            continue
        text = decode(raw).lstrip("\ufeff").rstrip("\r\n") if number == 1 else decode(raw).rstrip("\r\n")
        if number == 1:
            separator = max(",;\t", key=text.count)
        yield _line(number, text, separator, offset)


def _skip_rest_of_line(source: BinaryIO, raw: bytes) -> int:
    skipped = 0
    while raw and not raw.endswith(b"\n"):
        raw = source.readline(MAX_LINE_BYTES)
        skipped += len(raw)
    return skipped


def _line(number: int, text: str, separator: str, offset: int) -> Line:
    if "\0" in text:
        return Line(number, (), "unreadable-line", text, offset)
    if '"' not in text:
        return Line(number, tuple(text.split(separator)), "", text, offset)
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        return Line(number, (), "unreadable-line", text, offset)
    return Line(number, tuple(cells), "", text, offset)


def tidy(title: str) -> str:
    """A column title in one spelling: composed letters (NFC), single spaces, none around it."""
    return " ".join(unicodedata.normalize("NFC", title).split())


def slug(text: str) -> str:
    """A name as part of a key: ``PP Hörsterplatz`` → ``pp-hoersterplatz``."""
    text = tidy(text).lower()
    for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, spelled)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
