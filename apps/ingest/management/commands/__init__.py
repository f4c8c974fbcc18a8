"""One file per command; docs/intake.md shows their use."""
