"""Finding recordings in a folder by their headers, and the site list that names bicycle counters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.ingest.formats import bicycle, files, lake, parking, tables

SITES = "site_min.json"
MAX_SITES_BYTES = 5_000_000
TITLES = {parking.KIND: "Parkhäuser", lake.KIND: "Aasee"}


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: a bicycle counter's folder, all car parks, or the lake; files in order of their names."""

    kind: str
    key: str
    name: str
    files: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(path.stat().st_size for path in self.files)


def find(path: Path) -> tuple[Recording, ...]:
    """The recordings at ``path`` (a file or a folder, searched to its depth), sorted by kind and key.

    CSV files that are none of ours come back as a recording of kind ``""``, so that nobody overlooks them.
    """
    candidates = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    grouped: dict[tuple[str, str], list[Path]] = {}
    for candidate in candidates:
        kind = recognise(candidate)
        grouped.setdefault((kind, candidate.parent.name if kind == bicycle.KIND else ""), []).append(candidate)
    return tuple(_recording(kind, folder, found) for (kind, folder), found in sorted(grouped.items()))


def recognise(path: Path) -> str:
    """The kind of recording a file's header belongs to, '' when it is none of ours. Raises OSError."""
    with path.open("rb") as source:
        try:
            return files.parse(source).layout.kind
        except tables.UnreadableFile:
            return ""


def _recording(kind: str, folder: str, found: Iterable[Path]) -> Recording:
    paths = tuple(found)
    if kind != bicycle.KIND:
        return Recording(kind, kind, TITLES.get(kind, ""), paths)
    site = next((s for s in sites_near(paths[0]) if str(s.get("directory")) == folder), {})
    return Recording(kind, f"{kind}/{folder}", str(site.get("name") or folder), paths)


def sites_near(path: Path) -> Sequence[Mapping[str, Any]]:
    """The site list beside a file's folder or in it; empty when there is none or it cannot be read."""
    for folder in (path.parent, path.parent.parent):
        sites = folder / SITES
        if sites.is_file() and sites.stat().st_size <= MAX_SITES_BYTES:
            return read_sites(sites.read_bytes())
    return ()


def read_sites(raw: bytes) -> Sequence[Mapping[str, Any]]:
    """The entries of a site list that have the shape we know: ``directory``, ``name``, ``channels`` of pairs."""
    try:
        entries = json.loads(raw)
    except (ValueError, RecursionError):
        return ()
    return [entry for entry in entries if _is_site(entry)] if isinstance(entries, list) else ()


def _is_site(entry: object) -> bool:
    channels = entry.get("channels", []) if isinstance(entry, dict) else None
    return isinstance(channels, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in channels)
