"""Bytes to lines: encodings, separators, quotes; a broken line spoils only itself."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from apps.ingest.formats import tables


def cells_of(raw: bytes) -> list[tuple[str, ...]]:
    """The cells of all lines."""
    return [line.cells for line in tables.read(BytesIO(raw))]


def test_utf8_with_mark_and_windows_1252_read_alike() -> None:
    text = "Datum und Uhrzeit,PP Hörsterplatz\r\n2024-04-01 00:00,5\r\n"
    assert cells_of(text.encode("utf-8-sig")) == cells_of(text.encode("cp1252")) == cells_of(text.encode())


def test_semicolons_and_tabs_separate_too() -> None:
    assert cells_of(b"Datum;pH-Wert\n2024-04-01 00:00;8,3\n")[1] == ("2024-04-01 00:00", "8,3")
    assert cells_of(b"Datum\tpH-Wert\n2024-04-01 00:00\t8.3\n")[1] == ("2024-04-01 00:00", "8.3")


def test_quoted_cells_may_hold_the_separator() -> None:
    assert cells_of(b'Datetime,"1 (A, B)"\n')[0] == ("Datetime", "1 (A, B)")


def test_a_quote_that_is_never_closed_spoils_only_its_line() -> None:
    lines = list(tables.read(BytesIO(b'a,b\n1,"2\n3,4\n')))
    assert [line.problem for line in lines] == ["", "unreadable-line", ""]
    assert lines[2].cells == ("3", "4")


def test_nul_bytes_and_endless_lines_are_named() -> None:
    raw = b"a,b\n1,\0\n" + b"x" * (tables.MAX_LINE_BYTES + 50) + b"\n5,6\n"
    lines = list(tables.read(BytesIO(raw)))
    assert [line.problem for line in lines] == ["", "unreadable-line", "line-too-long", ""]
    assert lines[-1].cells == ("5", "6")
    assert lines[-1].number == 4
    assert lines[-1].offset == len(raw)


def test_decomposed_letters_make_the_same_key() -> None:
    assert tables.slug("PP Ho\u0308rsterplatz") == tables.slug("PP  Hörsterplatz") == "pp-hoersterplatz"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_to_their_end(raw: bytes) -> None:
    lines = list(tables.read(BytesIO(raw)))
    assert (lines[-1].offset if lines else 0) == len(raw)
