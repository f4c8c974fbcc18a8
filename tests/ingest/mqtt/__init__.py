"""The MQTT bridge and the publisher."""
