"""Reading over SensorThings, module by module."""
