"""A program of its own: loads the files of two datasets and says how far its memory grew for the second.

The small dataset brings in what the code imports; all that the large one takes beyond is counted, its first piece
included. Prints JSON: the sizes in bytes by format, what was estimated, and how far the peak of memory rose, in KiB.
"""

from __future__ import annotations

import resource
import sys

import orjson
from django.http import StreamingHttpResponse
from django.test.utils import setup_test_environment

from tests.api import shelf


def main() -> None:
    """Load both, and print what came of it; the arguments are their keys, then the formats."""
    small, large, *formats = sys.argv[1:]
    setup_test_environment()
    for format in formats:
        shelf.body(shelf.ask(f"/datasets/{small}/download.{format}"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes = {format: _loaded(large, format) for format in formats}
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(orjson.dumps({"sizes": sizes, "grown_kib": grown_kib}).decode())


def _loaded(key: str, format: str) -> tuple[int, int]:
    """The size of the file, which comes in parts, and what was estimated of it."""
    answer = shelf.ask(f"/datasets/{key}/download.{format}")
    if not isinstance(answer, StreamingHttpResponse):
        raise TypeError("the file came whole")
    return sum(len(part) for part in answer), int(answer["X-Estimated-Bytes"])
