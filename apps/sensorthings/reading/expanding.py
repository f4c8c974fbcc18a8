"""``$expand`` (OGC 18-088, section 9.3.2.1): one statement for each level, however many rows the level above has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.sensorthings import database
from apps.sensorthings.entities import Navigation, target_of
from apps.sensorthings.errors import TooCostly
from apps.sensorthings.reading import counting, links
from apps.sensorthings.reading.columns import GROUP, ID, Document, Row
from apps.sensorthings.reading.levels import MOST_RELATED, Level, groups, level
from apps.sensorthings.reading.options import Options


def documents(found: Level, rows: Sequence[Row], root: str) -> list[Document]:
    """The JSON objects of a level's rows, with everything below them. Raises TooCostly for too much of it."""
    made = [found.columns.document(row) for row in rows]
    for name, options in found.options.expand.items():
        _Expansion(found, name, options, root).fill(made, rows)
    return made


@dataclass(slots=True)
class _Expansion:
    """One relation of one level."""

    parent: Level
    name: str
    options: Options
    root: str

    @property
    def _navigation(self) -> Navigation:
        return self.parent.entity.navigations[self.name]

    def fill(self, made: list[Document], rows: Sequence[Row]) -> None:
        """Put what is related into each document."""
        near = self.parent.columns.near[self.name]
        keys = sorted({row[near] for row in rows if row[near] is not None})
        found = level(target_of(self._navigation), self.options, self.parent.sight, self.root)
        related = self._read(found, keys) if keys else {}
        counts = counting.by_group(found, self._navigation, keys) if self.options.count and keys else {}
        many, further = self._navigation.many, links.query(self.options)
        for document, row in zip(made, rows, strict=True):
            if many:
                self._many(document, row, related.get(row[near], ([], "")), counts.get(row[near], 0), further)
            elif row[near] in related:
                document[self.name] = related[row[near]][0][0]

    def _read(self, found: Level, keys: list[int]) -> dict[int, tuple[list[Document], str]]:
        """Per key the documents of its group, and the token of the last one where there are more."""
        statement, params = groups(found, self._navigation, keys)
        rows = database.rows(statement, params, planned_once=found.planned_once)
        if len(rows) > MOST_RELATED:
            raise TooCostly(
                f"This brings more than {MOST_RELATED} related entities at once.",
                part=f"$expand={self.name}",
                remedy="Ask for fewer entities ($top), or fewer related ones ($top inside the expansion).",
            )
        grouped: dict[int, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row[GROUP], []).append(row)
        kept = {key: group[: found.limit] if self._navigation.many else group for key, group in grouped.items()}
        made = iter(documents(found, [row for group in kept.values() for row in group], self.root))
        return {
            key: ([next(made) for _row in group], links.token_after(found, group, self._size(found, grouped[key])))
            for key, group in kept.items()
        }

    def _size(self, found: Level, group: list[Row]) -> int:
        """How many rows there were, one beyond the page included."""
        stored = found.columns.stored
        return len(group) if stored is None else int(group[0][stored])

    def _many(
        self, document: Document, row: Row, related: tuple[list[Document], str], count: int, further: str
    ) -> None:
        inside, token = related
        if self.options.count:
            document[f"{self.name}@iot.count"] = count
        document[self.name] = inside
        if token:
            path = f"{self.root}/{self.parent.entity}({row[ID]})/{self.name}"
            document[f"{self.name}@iot.nextLink"] = f"{path}?{further}{token}"
