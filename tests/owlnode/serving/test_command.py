"""The command of the web processes."""

from __future__ import annotations

import json

from owlnode.region.node import IMAGE_THREADS, IMAGE_WORKERS, ROOT
from owlnode.serving.command import UVICORN, command
from owlnode.settings.base import NODE


def test_the_image_serves_as_everything_that_is_measured_and_tested() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    (image,) = (json.loads(line[4:]) for line in text.splitlines() if line.startswith("CMD "))
    ours = command(host="0.0.0.0", port=8000, workers=IMAGE_WORKERS)  # noqa: S104 - as in a container
    assert image == ["uvicorn", *ours[len(UVICORN) :]]
    assert type(NODE).model_fields["web_threads"].default == IMAGE_THREADS
