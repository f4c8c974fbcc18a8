"""The version document: ours is found in itself, others' are read without trust."""

from __future__ import annotations

from typing import Any

import pytest

from apps.wire.dsp import version
from apps.wire.errors import BadMessage


def test_our_own_document_leads_to_our_own_path() -> None:
    assert version.path_in(version.document(service_id="did:web:a.example")) == version.PATH


def test_the_right_version_is_picked_among_many() -> None:
    entries = [
        {"version": "2024-1", "path": "/old", "binding": "HTTPS"},
        {"version": "2025-1", "path": "/new/", "binding": "HTTPS", "auth": {"protocol": "DCP", "version": "1.0"}},
    ]
    assert version.path_in({"protocolVersions": entries}) == "/new"


@pytest.mark.parametrize(
    "path", ["new", "//evil.example", "https://evil.example", "/a/../b", "/a?b", "/a#b", "", 5, None]
)
def test_a_path_that_leads_elsewhere_is_refused(path: Any) -> None:
    with pytest.raises(BadMessage):
        version.path_in({"protocolVersions": [{"version": "2025-1", "path": path, "binding": "HTTPS"}]})


@pytest.mark.parametrize("document", [{}, {"protocolVersions": []}, {"protocolVersions": [{"version": "2024-1"}]}])
def test_a_peer_that_does_not_speak_our_version_is_told_so(document: Any) -> None:
    with pytest.raises(BadMessage):
        version.path_in(document)
