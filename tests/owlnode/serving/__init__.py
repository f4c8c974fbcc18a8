"""Tests of how a web process serves."""
