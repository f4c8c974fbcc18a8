"""Fixtures of the provider's tests."""

from tests.consumer.pair import pair, second_schema

__all__ = ["pair", "second_schema"]
