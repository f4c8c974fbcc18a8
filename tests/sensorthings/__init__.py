"""SensorThings."""
