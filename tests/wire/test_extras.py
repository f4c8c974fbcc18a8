"""Extras: tail and result time go into one text and come out again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import canonical, extras
from apps.wire.errors import BadJson

MOMENTS = st.none() | st.integers(0, 2**53 - 1)
TAILS = st.none() | st.dictionaries(
    st.sampled_from(["result", "quality", "ö"]), st.integers() | st.text("aä", max_size=2), min_size=1
).map(json.dumps)


@given(TAILS, MOMENTS)
def test_what_was_joined_is_split_again_in_canonical_form(tail: str | None, moment: int | None) -> None:
    text = extras.join(tail, moment)
    assert extras.split(text) == (None if tail is None else canonical.recode(tail), moment)
    assert text is None or canonical.recode(text) == text


@given(MOMENTS.filter(lambda moment: moment is not None))
def test_a_result_time_alone_is_recognised(moment: int) -> None:
    assert extras.time_only(extras.time_text(moment)) == moment


OTHERS = [
    '{"resultTime":01}',
    '{"resultTime":-1}',
    '{"resultTime":9007199254740992}',
    '{"resultTime":"1"}',
    '{"a":1}',
    "",
    '{"resultTime":1,"a":1}',
    '{"resultTime": 1}',
    '{"resultTime":1}\n',
    '{"resultTime":١}',
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_are_not_taken_for_one(text: str) -> None:
    assert extras.time_only(text) is None


def test_a_result_time_that_is_none_stays_in_the_tail() -> None:
    assert extras.split('{"resultTime":"noon"}') == ('{"resultTime":"noon"}', None)


def test_a_tail_without_canonical_form_is_refused() -> None:
    with pytest.raises(BadJson):
        extras.join('{"a":1e400}', None)
    with pytest.raises(BadJson):
        extras.join('{"a":1e400}', 1)
