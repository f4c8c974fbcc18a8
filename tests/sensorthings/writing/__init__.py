"""Tests of writing over SensorThings."""
