"""What happened in the catalogue; announced on commit, hints only."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class TermsReleased:
    """A version of terms took effect; ``superseded_id`` is the version it replaced, if any."""

    dataset_id: int
    terms_version_id: int
    superseded_id: int | None


@dataclass(frozen=True, slots=True)
class ReleaseWithdrawn:
    """Terms in force were taken back."""

    dataset_id: int
    terms_version_id: int


@dataclass(frozen=True, slots=True)
class MembersChanged:
    """Datastreams joined or left a dataset."""

    dataset_id: int
    added: tuple[int, ...]
    removed: tuple[int, ...]


terms_released: Event[TermsReleased] = Event("terms_released")
release_withdrawn: Event[ReleaseWithdrawn] = Event("release_withdrawn")
members_changed: Event[MembersChanged] = Event("members_changed")
