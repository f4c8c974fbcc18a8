"""The desk's screens: inbox, one request with everything that can be done, text templates, numbers."""
