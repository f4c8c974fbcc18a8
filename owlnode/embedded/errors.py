"""What can go wrong with an embedded server, in one sentence each."""


class EmbeddedError(Exception):
    """The message is one clear sentence for a person at a terminal."""
