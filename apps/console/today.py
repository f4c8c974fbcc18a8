"""Today: what needs a decision, newest first, each with one obvious action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpResponse

from apps.console.gate import EVERY_ROLE, StaffRequest, screen
from apps.console.pages import page

Tone = Literal["danger", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to decide: what kind, what it is about, since when (aware) and where it is done."""

    kind: str
    title: str
    detail: str
    url: str
    action: str
    since: datetime | None = None
    tone: Tone = "info"


Source = Callable[[StaffRequest], Iterator[Task]]
SOURCES: list[Source] = []


@screen(*EVERY_ROLE)
def today(request: StaffRequest) -> HttpResponse:
    """The list for this person: only what a role of theirs may decide or must know."""
    found = [task for source in SOURCES for task in source(request)]
    return page(request, "console/today.html", {"tasks": sorted(found, key=_age, reverse=True)})


def _age(task: Task) -> float:
    return task.since.timestamp() if task.since else 0.0
