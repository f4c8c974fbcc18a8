"""The apps of a node, one downward stack; docs/architecture.md draws it."""
