"""Whatever the OpenAPI document allows, and more: never a 500, and answers as the document says."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.holdings import city

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KEYS = ("open", "hourly", "given~herford.example", "sums~herford.example", "air-temperature")


@pytest.fixture
def operations(sets: dict[str, int]) -> list[Operation]:
    """Every operation in the document of a node with all kinds of datasets, called within this process."""
    city.replica("sums", city.PUBLIC | city.HOURLY, city.stream("sums/5", properties={"statistic": "sum"}))
    document = schemathesis.openapi.from_wsgi("/api/v1/schema", WSGIHandler())
    return [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]


def test_every_address_keeps_what_the_document_says(operations: list[Operation]) -> None:
    for operation in operations:
        _examine(operation)
    assert len(operations) >= 12


def _examine(operation: Operation) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=5,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def examine(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)
        if "key" in case.path_parameters:
            for key in KEYS:
                case.path_parameters["key"] = key
                case.call_and_validate(checks=CHECKS)

    examine()
