"""Views of the portal, one kind of page a file."""
