"""Browsers in words."""

from __future__ import annotations

import pytest

from apps.console.words.browsers import browser

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Edg/129.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
ROBOT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (EDGE, "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        (ROBOT, "Chrome on Android"),
        ("curl/8.0 (Linux)", "Linux"),
        ("", "unknown browser"),
    ],
)
def test_a_browser_is_known_again(user_agent: str, words: str) -> None:
    assert browser(user_agent) == words
