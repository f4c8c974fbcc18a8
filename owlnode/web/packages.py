"""Finds the few files that pages need of the packages from npm; everything else in ``node_modules`` stays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, overload

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

MODULES: Final = Path(__file__).resolve().parent.parent.parent / "node_modules"
FILES: Final[Mapping[str, str]] = {
    "vendor/kern.css": "@kern-ux/native/dist/kern.min.css",
    "vendor/uplot.css": "uplot/dist/uPlot.min.css",
    "vendor/uplot.js": "uplot/dist/uPlot.iife.min.js",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/leaflet.css": "leaflet/dist/leaflet.css",
    "vendor/leaflet.js": "leaflet/dist/leaflet.js",
    "vendor/leaflet.js.map": "leaflet/dist/leaflet.js.map",
    **{
        f"vendor/images/{name}": f"leaflet/dist/images/{name}"
        for name in ("layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")
    },
}
"""Static name → path below ``node_modules``."""
REMEDY: Final = "run ./owl test or ./owl demo once, or: npm ci --ignore-scripts"


def missing(modules: Path = MODULES) -> list[str]:
    """The wanted files that are not installed, as paths below ``node_modules``."""
    return [path for path in FILES.values() if not (modules / path).is_file()]


class PackageFinder(BaseFinder):
    """A static files finder (``STATICFILES_FINDERS``) for the files above."""

    def __init__(self, app_names: object = None, *args: object, **kwargs: object) -> None:
        self.storage = _Packages(location=str(MODULES))

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing to say here: ``checks`` speaks for the packages."""
        return []

    @overload
    def find(self, path: str, find_all: Literal[False] = ..., **kwargs: Any) -> str | None: ...

    @overload
    def find(self, path: str, find_all: Literal[True], **kwargs: Any) -> list[str]: ...

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind a static name; an empty list when it is not one of ours or not installed."""
        target = MODULES / FILES[path] if path in FILES else None
        found = [str(target)] if target is not None and target.is_file() else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, _Packages]]:
        """Every file, for ``collectstatic``. Raises ImproperlyConfigured when packages are not installed."""
        lacking = missing()
        if lacking:
            raise ImproperlyConfigured(f"packages from npm are missing ({lacking[0]}, …) – {REMEDY}")
        for name in FILES:
            yield name, self.storage


class _Packages(FileSystemStorage):
    """Answers to static names with the packages' files."""

    prefix = None

    def path(self, name: str) -> str:
        return super().path(FILES.get(name, name))
