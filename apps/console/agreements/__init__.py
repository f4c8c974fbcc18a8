"""Agreements: what is asked of us and by us, what is given and received, how it ends."""
