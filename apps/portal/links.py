"""Where else a dataset can be had: downloads, feed, the question about it. What a node does not have is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from apps.holdings import selectors as holdings
from apps.holdings.types import Holding
from apps.portal import words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from apps.accounts.models import User

FILES: Final = ("csv", "json", "geojson", "parquet")


@dataclass(frozen=True, slots=True)
class Download:
    """One way to take the data along: its address here, and about how many bytes it is (None: unknown)."""

    format: str
    label: str | Promise
    url: str
    size: int | None


def address(name: str, *arguments: str) -> str:
    """The path of a named page, '' where this node has none of that name."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def absolute(path: str) -> str:
    """The whole address, as it stands in a snippet or a citation."""
    return f"{settings.NODE.base_url}{path}"


def downloads(reader: User | AnonymousUser, holding: Holding) -> list[Download]:
    """The files of a dataset with their estimated sizes."""
    estimated = holdings.estimate(reader, holding).bytes
    return [
        Download(name, words.FORMATS[name], url, estimated.get(name))
        for name in FILES
        if (url := address("api-download", holding.key, name))
    ]
