"""Batches as JSON: ``{"requests": […]}`` is answered by ``{"responses": […]}`` (OData JSON 4.01, section 19)."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from apps.core.errors import Invalid
from apps.sensorthings import errors
from apps.sensorthings.batches.running import Answer, Dispatch, Part, Run
from apps.sensorthings.writing import bodies


class _LinkingRun(Run):
    """Puts the ids of what was made before into the bodies that refer to it, just before they are carried out."""

    def _one(self, part: Part, *, atomic: bool) -> Answer:
        if b'"$' in part.body:
            part.body = orjson.dumps(self._linked(orjson.loads(part.body)))
        return super()._one(part, atomic=atomic)

    def _linked(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._linked(item) for item in value]
        if isinstance(value, dict):
            return {name: self._link(name, item) for name, item in value.items()}
        return value

    def _link(self, name: str, value: Any) -> Any:
        if name == "@iot.id" and isinstance(value, str) and value.startswith("$"):
            key = self.made_id(value[1:])
            return value if key is None else key
        return self._linked(value)


def answer(request: HttpRequest, dispatch: Dispatch) -> HttpResponse:
    """The answers as JSON; their order is that of the requests. Raises Invalid for a broken frame."""
    body = bodies.parse_object(bodies.read(request))
    parts = [_part(item, place) for place, item in enumerate(bodies.as_list(body.get("requests"), part="requests"))]
    answers = {answer.id: answer for answer in _LinkingRun(request, dispatch).all(parts)}
    shown = b",".join(_shown(answers[part.id]) for part in parts)
    return HttpResponse(b'{"responses":[' + shown + b"]}", content_type=errors.JSON)


def _part(item: Any, place: int) -> Part:
    given = bodies.as_object(item, part=f"requests/{place}")
    body = given.get("body")
    group, headers = given.get("atomicityGroup") or "", given.get("headers") or {}
    needs = given.get("dependsOn") or []
    texts = (given.get("id"), given.get("method"), given.get("url"), group, *bodies.as_list(needs, part="dependsOn"))
    if not all(isinstance(text, str) for text in texts) or not given["id"]:
        raise Invalid("id, method, url, atomicityGroup and dependsOn are texts.", part=f"requests/{place}")
    named = bodies.as_object(headers, part="headers")
    if not all(isinstance(value, str) for value in named.values()):
        raise Invalid("headers are texts.", part=f"requests/{place}/headers")
    return Part(
        given["id"],
        given["method"],
        given["url"],
        b"" if body is None else orjson.dumps(body),
        named,
        group,
        tuple(name.removeprefix("$") for name in needs),
    )


def _shown(answer: Answer) -> bytes:
    frame: dict[str, Any] = {"id": answer.id, "status": answer.status}
    if answer.location:
        frame["location"] = answer.location
        frame["headers"] = {"location": answer.location}
    start = orjson.dumps(frame)[:-1]
    if not answer.body:
        return start + b"}"
    body = answer.body if "json" in answer.content_type else orjson.dumps(answer.body.decode(errors="replace"))
    return start + b',"body":' + body + b"}"
