"""Views of the peering edge, one noun per file. Each parses, makes one domain call and renders."""
