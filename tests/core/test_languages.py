"""The reader's language is one of two."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.core import languages


@pytest.mark.parametrize(("active", "found"), [("de", "de"), ("en", "en"), ("en-gb", "en"), (None, "de")])
def test_english_is_for_those_who_chose_it(active: str | None, found: str) -> None:
    with translation.override(active):
        assert languages.current() == found
