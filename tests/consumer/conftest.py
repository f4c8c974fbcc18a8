"""Fixtures of the consumer's tests."""

from tests.consumer.pair import pair

__all__ = ["pair"]
