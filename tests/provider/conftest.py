"""Fixtures of the provider's tests."""

from tests.consumer.pair import pair

__all__ = ["pair"]
