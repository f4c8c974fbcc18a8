"""Tag libraries of pages."""
