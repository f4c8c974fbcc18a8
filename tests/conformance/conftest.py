"""Fixtures that the proofs of conformance borrow."""

from tests.agreements.conftest import quiet, region, second_schema

__all__ = ["quiet", "region", "second_schema"]
