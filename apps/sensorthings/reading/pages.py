"""Collections as pages: read whole when they are short, streamed from a cursor when they are long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.sensorthings import database
from apps.sensorthings.errors import JSON
from apps.sensorthings.reading import counting, expanding, levels, lines, links, sheets
from apps.sensorthings.reading.columns import Document, Row
from apps.sensorthings.reading.levels import Base, Level

JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


@dataclass(slots=True)
class Page:
    """One page of a collection: how it is found, and under which address the next one stands."""

    level: Level
    base: Base
    root: str
    address: str

    @property
    def is_long(self) -> bool:
        """Whether it is streamed: its rows do not all fit into memory at once."""
        return self.level.limit > database.CHUNK and not self.level.options.expand

    def count(self) -> int | None:
        """How many entities there are, if somebody asks."""
        return counting.total(self.level, self.base) if self.level.options.count else None

    def rows(self) -> tuple[list[Row], str]:
        """The rows and the link to more (empty: these are all)."""
        if self.level.limit == 0:
            return [], ""
        statement, params = levels.page(self.level, self.base)
        fetched = database.rows(statement, params, planned_once=self.level.planned_once)
        kept = fetched[: self.level.limit]
        return kept, self.link_after(kept, len(fetched))

    def chunks(self) -> Iterator[tuple[list[Row], int]]:
        """The rows in chunks, each with how many were fetched so far, the one beyond the page included."""
        statement, params = levels.page(self.level, self.base)
        fetched = 0
        for chunk in database.stream(statement, params):
            over = fetched + len(chunk) - self.level.limit
            fetched += len(chunk)
            yield chunk[: len(chunk) - over] if over > 0 else chunk, fetched

    def written(self) -> tuple[bytes, str]:
        """The page as JSON objects with commas between, and the link to more."""
        if self.level.limit and sheets.fits(self.level, self.base):
            sheet = sheets.read(self.level, self.base)
            return sheet.text(self.root), self._link(sheet.token())
        rows, link = self.rows()
        return self.text(rows), link

    def documents(self, rows: list[Row]) -> list[Document]:
        """The rows as JSON objects with what is expanded."""
        return expanding.documents(self.level, rows, self.root)

    def text(self, rows: list[Row]) -> bytes:
        """The rows as JSON objects with commas between, with what is expanded."""
        written = lines.text(self.level, rows, self.root)
        return orjson.dumps(self.documents(rows), option=JSON_OPTIONS)[1:-1] if written is None else written

    def link_after(self, rows: list[Row], fetched: int) -> str:
        """The link to what comes after these rows, empty where nothing does."""
        return self._link(links.token_after(self.level, rows, fetched))

    def _link(self, token: str) -> str:
        return links.next_link(self.address, self.level.options, token) if token else ""


def answer(page: Page) -> HttpResponseBase:
    """The page as JSON (OGC 18-088, section 9.2.2)."""
    return streamed(_pieces(page), JSON) if page.is_long else _whole(page)


def _whole(page: Page) -> HttpResponse:
    count = page.count()
    text, link = page.written()
    more = b'"@iot.nextLink":%s,' % orjson.dumps(link) if link else b""
    return HttpResponse(b'%s%s"value":[%s]}' % (_begin(count), more, text), content_type=JSON)


def _begin(count: int | None) -> bytes:
    return b"{" if count is None else b'{"@iot.count":%d,' % count


def _pieces(page: Page) -> Iterator[bytes]:
    """The same text, chunk by chunk; the link comes last, for only then is it known."""
    with database.reading():
        count = page.count()
        last: list[Row] = []
        fetched, separator = 0, _begin(count) + b'"value":['
        for rows, so_far in page.chunks():
            fetched = so_far
            if rows:
                last = rows
                yield separator + page.text(rows)
                separator = b","
        if not last:
            yield separator
        link = page.link_after(last[-1:], fetched)
        yield b"]" + (b',"@iot.nextLink":' + orjson.dumps(link) if link else b"") + b"}"


def streamed(pieces: Iterator[bytes], content_type: str) -> StreamingHttpResponse:
    """An answer that is sent while it is read. What fails before its first piece fails as an error, not midway."""
    first = next(pieces, b"")
    database.being_sent()
    return StreamingHttpResponse(_resumed(first, pieces), content_type=content_type)


def _resumed(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
