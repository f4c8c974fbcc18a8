"""One thing the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """``state`` says how bad, ``remedy`` what to do about it (empty when all is well)."""

    subject: str
    state: Literal["ok", "warning", "wrong"]
    detail: str
    remedy: str = ""
