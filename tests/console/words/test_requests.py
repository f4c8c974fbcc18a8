"""Every step in a request's history has words."""

from __future__ import annotations

import re
from pathlib import Path

from apps.console.words.requests import STEPS, step
from apps.desk import services
from apps.desk.states import Act

NOTED = re.compile(r"moving\.note\(\s*\w+(?:\.\w+)*,\s*\"([a-z-]+)\"")


def test_every_act_and_every_note_has_words() -> None:
    folder = Path(services.__file__).parent
    noted = {act for path in folder.glob("*.py") for act in NOTED.findall(path.read_text(encoding="utf-8"))}
    assert noted >= {"attach", "publish", "extend"}
    assert (noted | set(Act)) - set(STEPS) == set()
    assert step("unheard-of") == "unheard-of"
