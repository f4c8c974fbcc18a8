"""ClamAV over its socket (clamd's INSTREAM command), where one is configured."""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext as _

from apps.desk.errors import FileTooLarge, MalwareFound, ScannerSilent
from apps.desk.types import ScanResult

log = logging.getLogger(__name__)
CHUNK = 64 * 1024
SECONDS = 20
LIMITS = ("size limit exceeded", "Heuristics.Limits.Exceeded")
"""How clamd says that a file is beyond its ``StreamMaxLength``, or its other limits with ``AlertExceedsMax``."""


def scan(content: bytes) -> ScanResult:
    """What the scanner says of these bytes: clean, or unscanned where no scanner is configured.

    Raises MalwareFound, FileTooLarge where the scanner takes no file of this size or would look at a part of it only,
    and ScannerSilent where one is configured but does not answer.
    """
    address = settings.NODE.clamav
    if not address:
        return ScanResult.UNSCANNED
    try:
        answer = _ask(address, content)
    except (OSError, ValueError) as error:
        log.warning("the malware scanner does not answer", extra={"reason": type(error).__name__})
        raise ScannerSilent(
            _("Files cannot be checked for malware at the moment, so none is taken."),
            part="file",
            remedy=_("Please try again later. Everything else works meanwhile."),
        ) from error
    if any(sign in answer for sign in LIMITS):
        log.warning("a file exceeds the limits of the malware scanner", extra={"size": len(content)})
        raise FileTooLarge(_("The malware scanner cannot check a file of this size, so it is not taken."), part="file")
    if answer.endswith("FOUND"):
        raise MalwareFound(_("The malware scanner objects to this file; nothing of it was kept."), part="file")
    if not answer.endswith("OK"):
        log.warning("the malware scanner failed", extra={"answer": answer[:100]})
        raise ScannerSilent(_("This file could not be checked for malware, so it is not taken."), part="file")
    return ScanResult.CLEAN


def _ask(address: str, content: bytes) -> str:
    with _connected(address) as line:
        line.settimeout(SECONDS)
        with suppress(BrokenPipeError, ConnectionResetError):  # who hangs up has said why before, which is read below
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := line.recv(4096)):
            answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    """A connection to ``/path/of/socket`` or ``host:port``."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(address)
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
