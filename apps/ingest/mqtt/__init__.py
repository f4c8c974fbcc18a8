"""MQTT: the bridge that takes readings from a broker, and the publisher that announces public observations on it.

Owns: the connection, batches and acknowledgements, topics. Does not own: sources and their mappings (``sources``),
formats (``ingest.formats``), observations (``sensors``), who may read what (``holdings``).
Read first: ``bridge`` (the loop), ``connection`` (the broker), ``database`` (the sink), docs/decisions/0016-mqtt.md.
"""
