"""Tests of the SensorThings edge."""
