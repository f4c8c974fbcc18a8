"""Today: what needs a decision, newest first, each with one obvious action."""

from __future__ import annotations

from django.http import HttpResponse

from apps.console.gate import EVERY_ROLE, StaffRequest, screen
from apps.console.pages import page
from apps.console.waiting import SOURCES, Task


@screen(*EVERY_ROLE)
def today(request: StaffRequest) -> HttpResponse:
    """The list for this person: only what a role of theirs may decide or must know."""
    found = [task for source in SOURCES for task in source(request)]
    return page(request, "console/today.html", {"tasks": sorted(found, key=_age, reverse=True)})


def _age(task: Task) -> float:
    return task.since.timestamp() if task.since else 0.0
