"""The ways in from the field: sources, their devices and mappings, plausibility, silence.

Owns: sources (a webhook, a broker, a file upload) with token, format and mapping from payload keys to datastreams, what
was seen of each device, rules of plausibility and alarms of silence. Does not own: observations and quarantine rows
(``sensors``), the formats on the wire (``ingest``).
Read first: ``models``, then ``services``.
"""
