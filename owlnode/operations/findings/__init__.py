"""What the doctor looks at: one module a subject, each with ``look() -> list[Finding]``."""
