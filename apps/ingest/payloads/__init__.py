"""What devices and network servers send, one file a format: bytes to uplinks. Pure Python, no database.

``reading.read`` is the one way in. docs/intake.md tells what each format becomes.
"""
