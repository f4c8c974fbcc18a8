"""What can go wrong at the desk."""

from __future__ import annotations

from apps.core.errors import Conflict, Invalid, NotFound, StateConflict, TooLarge, Unavailable


class NoSuchRequest(NotFound):
    """No such request for whoever asks – unknown, erased, revoked and foreign are the same from outside."""

    default_code = "no-such-request"


class NoSuchStep(StateConflict):
    """The request does not stand where this step could be taken."""

    default_code = "no-such-step"


class NotTriaged(Conflict):
    """The law has to be picked first."""

    default_code = "not-triaged"


class SecondPersonNeeded(Conflict):
    """The one who prepared a refusal cannot be the one who signs it."""

    default_code = "second-person-needed"


class FileRefused(Invalid):
    """A file of a type, or with a content, that is not taken."""

    default_code = "file-refused"


class FileTooLarge(TooLarge):
    """A file, or all files of a request together, are too large."""

    default_code = "file-too-large"


class MalwareFound(FileRefused):
    """The scanner found something in the file; nothing of it was kept."""

    default_code = "malware-found"


class ScannerSilent(Unavailable):
    """A scanner is configured but does not answer: nothing unscanned slips in meanwhile."""

    default_code = "scanner-silent"
