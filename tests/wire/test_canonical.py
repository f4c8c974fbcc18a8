"""Canonical JSON: the published vectors, and one text for one value whatever its history."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import canonical
from apps.wire.errors import BadJson

# RFC 8785, appendix B: the bits of a float64 and its one spelling.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_are_spelled_as_the_standard_lists_them(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical.dumps(number).decode() == text


def test_the_standards_example_of_section_3_2_2() -> None:
    source = (
        r'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        r'"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    )
    wanted = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical.dumps(canonical.loads(source)).decode() == wanted


def test_keys_are_sorted_by_utf_16_code_units_as_in_section_3_2_3() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical.dumps(dict.fromkeys(keys, 0)).decode()
    assert list(json.loads(written)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(VALUES)
def test_writing_what_was_read_changes_nothing(value: object) -> None:
    text = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(text)) == text


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=6))
def test_the_order_in_which_members_were_added_does_not_matter(value: dict[str, object]) -> None:
    assert canonical.dumps(dict(reversed(value.items()))) == canonical.dumps(value)


@given(VALUES, st.booleans(), st.booleans())
def test_recode_is_loads_and_dumps_only_faster(value: object, ascii_only: bool, spaced: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, separators=(", ", ": ") if spaced else (",", ":"))
    assert canonical.recode(text) == canonical.dumps(canonical.loads(text)).decode()


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":1}', "NaN", "-Infinity", "[1,]", "", "\ufeff1", "[" * 100_000, "1 2", "1e400", "9" * 400]
)
def test_texts_that_readers_could_take_differently_are_refused(text: str) -> None:
    with pytest.raises(BadJson):
        canonical.loads(text)
    with pytest.raises(BadJson):
        canonical.recode(text)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {1: 2}, b"x", {"a": {1, 2}}, {"\udfff": 1}]
)
def test_values_that_json_cannot_carry_are_refused(value: object) -> None:
    with pytest.raises(BadJson):
        canonical.dumps(value)


def test_endless_nesting_and_too_many_bytes_are_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(BadJson):
        canonical.dumps(endless)
    with pytest.raises(BadJson):
        canonical.loads(b'"xxxx"', max_bytes=5)
    with pytest.raises(BadJson):
        canonical.loads(b'"\xff"')


def test_a_digest_names_its_algorithm() -> None:
    assert canonical.digest({}) == "sha-256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
