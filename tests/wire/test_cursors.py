"""Cursors: whatever was given out is understood again, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.wire import cursors
from apps.wire.cursors import Cursor
from apps.wire.errors import BadCursor

NATURAL = st.integers(0, 2**53 - 1)
KEY = st.tuples(st.integers(0, 2**31 - 1), NATURAL) | st.just((None, None))
CURSORS = st.builds(
    lambda epoch, phase, high, key, until, ordinal: Cursor(epoch, phase, high, key[0], key[1], until, ordinal),
    NATURAL,
    st.sampled_from(["snapshot", "tail"]),
    NATURAL,
    KEY,
    NATURAL,
    NATURAL,
)


@given(CURSORS)
def test_a_cursor_round_trips_in_characters_a_url_takes(cursor: Cursor) -> None:
    text = cursor.encode()
    assert cursors.parse(text) == cursor
    assert len(text) <= cursors.MAX_LENGTH
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(CURSORS, st.data())
def test_a_changed_cursor_is_refused_or_another_one_in_its_one_spelling(cursor: Cursor, data: st.DataObject) -> None:
    text = cursor.encode()
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters(min_codepoint=32, max_codepoint=126)) + text[place + 1 :]
    try:
        assert cursors.parse(changed).encode() == changed
    except BadCursor:
        assert changed != text


@given(st.text())
@example("1.")
@example("1.W10")
@example("1." + "A" * 300)
@example("1.é")
def test_other_texts_are_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(BadCursor) as caught:
        cursors.parse(text)
    assert caught.value.part == "cursor"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(-1, "tail", 0),
        Cursor(0, "tail", 2**53),
        Cursor(0, "tail", True),
        Cursor(0, "begin", 0),  # type: ignore[arg-type]  # what a peer could send
        Cursor(0, "snapshot", 0, stream=1),
        Cursor(0, "snapshot", 0, time=1),
        Cursor(0, "snapshot", 0, stream=-1, time=1),
        Cursor(0, "snapshot", 0, ordinal=-1),
        Cursor(1.0, "tail", 0),  # type: ignore[arg-type]  # what a peer could send
    ],
)
def test_impossible_positions_are_never_written(cursor: Cursor) -> None:
    with pytest.raises(BadCursor):
        cursor.encode()
