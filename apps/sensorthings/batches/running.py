"""Carrying out the parts of a batch: in their order, groups wholly or not at all, references to what came before."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.errors import Conflict, Invalid, OwlError
from apps.sensorthings import errors, subrequests
from apps.sensorthings.subrequests import SubRequest

Dispatch = Callable[[SubRequest], HttpResponseBase]
MAX_PARTS = 1000
MAX_ANSWER = 64 * 1024 * 1024
_LINK = re.compile(r"([A-Za-z]+)\((\d+)\)\Z")
_REFERENCE = re.compile(r"/?\$([\w.-]+)(?=/|\?|\Z)")
log = logging.getLogger(__name__)


class FailedDependency(Conflict):
    """What this part needs was not carried out (RFC 4918, section 11.4)."""

    status = 424
    default_code = "failed-dependency"


@dataclass(slots=True)
class Part:
    """One request of a batch; ``group`` '' stands alone."""

    id: str
    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    needs: Sequence[str] = ()


@dataclass(slots=True)
class Answer:
    """What became of it; ``location`` is where a new entity is."""

    id: str
    status: int
    body: bytes = b""
    content_type: str = ""
    location: str = ""


class _Undone(Exception):
    """A part of a group failed: take back the others."""


@dataclass(slots=True)
class Run:
    """One batch being carried out. ``made`` are the entities by the id of the part that made them."""

    request: HttpRequest
    dispatch: Dispatch
    made: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    size: int = 0

    def all(self, parts: Sequence[Part]) -> list[Answer]:
        """The answers, in the order of the parts. Raises Invalid for too many parts or an id used twice."""
        if len(parts) > MAX_PARTS:
            raise Invalid(f"A batch holds at most {MAX_PARTS} requests.", part="requests")
        if len({part.id for part in parts}) < len(parts):
            raise Invalid("Each request of a batch has an id of its own.", part="id")
        answers: list[Answer] = []
        for group in _groups(parts):
            answers += self._group(group) if group[0].group else [self._one(group[0], atomic=False)]
        return answers

    def _group(self, parts: Sequence[Part]) -> list[Answer]:
        answers: list[Answer] = []
        try:
            with transaction.atomic():
                for part in parts:
                    answers.append(self._one(part, atomic=True))
                    if answers[-1].status >= 400:
                        raise _Undone
        except _Undone:
            self.failed |= {part.id for part in parts} | {parts[0].group}
            for part in parts:
                self.made.pop(part.id, None)
            undone = FailedDependency("Another request of this group failed, so none was carried out.", part="group")
            return [answers[-1] if part.id == answers[-1].id else self._refused(part, undone) for part in parts]
        return answers

    def _one(self, part: Part, *, atomic: bool) -> Answer:
        missing = [name for name in part.needs if name in self.failed]
        if missing:
            return self._refused(part, FailedDependency("What this request needs failed.", part=missing[0]))
        try:
            sub = subrequests.make(
                self.request,
                method=part.method,
                url=self._resolved(part.url),
                body=part.body,
                headers=part.headers,
                atomic=atomic,
            )
            response = self.dispatch(sub)
            body = subrequests.content(response)
        except OwlError as error:
            return self._refused(part, error)
        self.size += len(body)
        if self.size > MAX_ANSWER:
            return self._refused(part, errors.TooCostly("The batch's answers are too large together.", part=part.id))
        return self._kept(part, response, body)

    def _kept(self, part: Part, response: HttpResponseBase, body: bytes) -> Answer:
        location = response.get("Location", "")
        found = _LINK.search(location)
        if response.status_code >= 400:
            self.failed.add(part.id)
        elif found:
            self.made[part.id] = found[0]
        return Answer(part.id, response.status_code, body, response.get("Content-Type", ""), location)

    def _refused(self, part: Part, error: OwlError) -> Answer:
        self.failed.add(part.id)
        response = errors.answer(error)
        return Answer(part.id, response.status_code, response.content, errors.JSON)

    def _resolved(self, url: str) -> str:
        """The url, with a reference ``$id`` at its beginning replaced by the entity made there."""
        found = _REFERENCE.match(url)
        if found is None or found[1] not in self.made:
            return url
        return self.made[found[1]] + url[found.end() :]

    def made_id(self, name: str) -> int | None:
        """The id of the entity that the part of this name made, None if it made none."""
        found = _LINK.search(self.made.get(name, ""))
        return int(found[2]) if found else None


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts by group, a group in the place of its first part."""
    found: dict[str, list[Part]] = {}
    for place, part in enumerate(parts):
        found.setdefault(f"group {part.group}" if part.group else f"part {place}", []).append(part)
    return list(found.values())
