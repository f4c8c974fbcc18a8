"""docs/ledger.md says what is recorded, and every kind has a schema and a German-ready label."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.ledger.types import Kind, payloads

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_documented_and_closed(kind: Kind) -> None:
    assert f"`{kind.value}`" in DOCUMENT.read_text(encoding="utf-8")
    schema = payloads.SCHEMAS[kind]
    assert schema.model_config["extra"] == "forbid"
    assert schema.__doc__


def test_no_field_of_any_payload_takes_free_text() -> None:
    schemas: set[type[payloads.Payload]] = {*payloads.SCHEMAS.values(), payloads.Signature}
    for schema in schemas:
        for name, field in schema.model_fields.items():
            assert field.annotation is not str or field.metadata, f"{schema.__name__}.{name} takes any text"
