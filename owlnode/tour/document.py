"""``docs/tour.md`` from the words of the tour."""

from __future__ import annotations

from owlnode.tour.captions import Caption, Chapter, Tour, Words


def write(tour: Tour) -> str:
    """The document in Markdown: picture by picture, German first, English beside it."""
    parts = [f"# {tour.title.de}", _both(tour.opening), *(_chapter(one) for one in tour.chapters)]
    return "\n\n".join(parts) + "\n"


def _chapter(chapter: Chapter) -> str:
    head = f"## {chapter.title.de} · {chapter.title.en}"
    return "\n\n".join([head, *(_picture(one) for one in chapter.captions)])


def _picture(caption: Caption) -> str:
    head = f"### {caption.title.de} · {caption.title.en}"
    return f"{head}\n\n![{caption.title.de}](tour/{caption.name}.png)\n\n{_both(caption.text)}"


def _both(words: Words) -> str:
    return f"{words.de}\n\n*{words.en}*"
