"""What happened in the catalogue; announced on commit, hints only."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """A version of terms took effect, or was taken back."""

    dataset_id: int
    terms_version_id: int
    number: int


@dataclass(frozen=True, slots=True)
class MembersChanged:
    """Datastreams joined or left a dataset."""

    dataset_id: int
    added: tuple[int, ...]
    removed: tuple[int, ...]


terms_released: Event[TermsChanged] = Event("terms_released")
release_withdrawn: Event[TermsChanged] = Event("release_withdrawn")
members_changed: Event[MembersChanged] = Event("members_changed")
