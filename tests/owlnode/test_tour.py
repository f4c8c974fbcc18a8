"""The guided tour: the document follows from its words, every picture is there, as wide and as small as promised."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from owlnode.tour import captions, document
from owlnode.tour.camera import MOST_BYTES, WIDTH, small

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_document_is_what_its_words_say() -> None:
    assert (DOCS / "tour.md").read_text(encoding="utf-8") == document.write(captions.load())


def test_every_picture_is_there_and_no_other() -> None:
    names = captions.load().names
    assert len(set(names)) == len(names)
    assert {path.name for path in (DOCS / "tour").iterdir()} == {f"{name}.png" for name in names}


@pytest.mark.parametrize("name", captions.load().names)
def test_a_picture_is_as_wide_as_the_window_and_small(name: str) -> None:
    path = DOCS / "tour" / f"{name}.png"
    with Image.open(path) as picture:
        assert (picture.width, picture.mode) == (WIDTH, "P")
    assert path.stat().st_size <= MOST_BYTES


def test_a_busy_picture_loses_colours_until_it_is_small() -> None:
    noise = random.Random(1)
    picture = Image.new("RGB", (400, 300))
    picture.putdata([(noise.randrange(256), noise.randrange(256), noise.randrange(256)) for _ in range(400 * 300)])
    target = io.BytesIO()
    picture.save(target, "PNG")
    assert len(target.getvalue()) > MOST_BYTES
    assert len(small(target.getvalue())) <= MOST_BYTES
