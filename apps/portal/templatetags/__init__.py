"""Tag libraries of the portal."""
