"""Fixtures that the proofs of conformance borrow."""

from tests.agreements.conftest import quiet, region

__all__ = ["quiet", "region"]
